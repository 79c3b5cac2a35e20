import Glibc

/// A directory in which a tool sees a repository, and may write what it likes.
///
/// Tools write beside what they read: charts that are fetched, lock files, generated parts. In the checkout itself that would
/// be in the way of the next render, of another target's at the same moment, and of what Git says about the checkout. So the
/// directories that a tool works in are copied. Above them, up to the root of the repository, are directories whose other
/// entries are links to the originals, so that `../../base` is found and nothing more is copied than needed.
///
/// A `.git` is left out: nothing is to be made of it, and it may hold credentials. Links that stay in the repository lead to
/// the same place in the copy; those that lead out are left out, because a repository could read anything through them. An
/// error of the body names them.
struct PrivateCopy {
    /// The root of the repository, links resolved.
    private let root: String
    /// Where the root is in the copy.
    private let top: String
    private let copied: [String]
    /// The names of links that lead out of the repository, relative to its root.
    private(set) var leftOut: [String] = []

    /// Runs a body with a copy, and removes it afterwards.
    ///
    /// - Parameters:
    ///   - directories: What is copied; directories inside the root, links resolved.
    ///   - root: The root of the repository, links resolved.
    ///   - environment: Says where the copy is made.
    ///   - limits: How much is copied at most.
    ///   - body: Gets the copy, and the path of an empty directory for temporary files beside it.
    /// - Returns: What the body returns.
    /// - Throws: `ManifestSourceError` when the copy cannot be made, and what the body throws, paths of the copy replaced.
    static func with<Result>(
        of directories: [String],
        in root: String,
        environment: [String: String],
        limits: CopyBudget.Limits = CopyBudget.Limits(),
        _ body: (PrivateCopy, _ temporary: String) async throws(ManifestSourceError) -> Result
    ) async throws(ManifestSourceError) -> Result {
        try await TemporaryDirectory.with(environment: environment) { directory throws(ManifestSourceError) in
            var copy = PrivateCopy(root: root, top: "\(directory)/repository", copied: directories)
            try copy.mirror(root, CopyBudget(limits, workspace: directory))
            let temporary = "\(directory)/temporary"
            try CopyBudget.makeDirectory(temporary)
            do throws(ManifestSourceError) {
                return try await body(copy, temporary)
            } catch {
                guard !error.isCancelled else { throw error }
                throw ManifestSourceError(error.problems.map(copy.explained))
            }
        }
    }

    private init(root: String, top: String, copied: [String]) {
        self.root = root
        self.top = top
        self.copied = copied
    }

    /// Where something inside the repository is in the copy.
    func path(of original: String) -> String {
        top + original.dropFirst(root == "/" ? 0 : root.count)
    }

    /// A text of a tool in which the paths are those of the originals.
    func original(_ text: String) -> String {
        text.replacing(top, with: root == "/" ? "" : root)
    }

    private func explained(_ problem: String) -> String {
        guard !leftOut.isEmpty else { return original(problem) }
        let names = leftOut.prefix(5).joined(separator: ", ") + (leftOut.count > 5 ? ", …" : "")
        return "\(original(problem)); links that lead out of the repository were left out: \(names)"
    }

    // MARK: Copying

    /// Puts a directory that is copied, or has one below it, into the copy.
    private mutating func mirror(_ directory: String, _ budget: CopyBudget) throws(ManifestSourceError) {
        let isCopied = copied.contains { ConfinedDirectory.isInside(directory, $0) }
        try budget.take(whole)
        try CopyBudget.makeDirectory(path(of: directory))
        for name in try ConfinedDirectory.entries(of: directory) where name != ".git" {
            let entry = directory == "/" ? "/\(name)" : "\(directory)/\(name)"
            var status = stat()
            guard lstat(entry, &status) == 0 else { continue }
            let isAbove = copied.contains { ConfinedDirectory.isInside($0, entry) }
            guard isAbove || !budget.isWorkspace(entry) else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFLNK: try link(entry, budget)
            case S_IFDIR where isCopied || isAbove:
                try mirror(entry, budget)
            case S_IFREG where isCopied:
                let mode = status.st_mode & 0o777 | S_IRUSR | S_IWUSR
                try budget.copyFile(entry, to: path(of: entry), name: entry, mode: mode, whole: whole)
            case S_IFDIR, S_IFREG: try makeLink(path(of: entry), to: entry)
            default: continue
            }
        }
    }

    private mutating func link(_ entry: String, _ budget: CopyBudget) throws(ManifestSourceError) {
        guard let target = try? ConfinedDirectory.resolve(entry), ConfinedDirectory.isInside(target, root) else {
            leftOut.append(String(entry.dropFirst(root.count + 1)))
            return
        }
        try budget.take(whole)
        try makeLink(path(of: entry), to: path(of: target))
    }

    private func makeLink(_ path: String, to target: String) throws(ManifestSourceError) {
        guard symlink(target, path) == 0 else { throw ConfinedDirectory.failure(original(path), errno) }
    }

    /// What errors call all that is copied.
    private var whole: String { copied.joined(separator: ", ") }
}
