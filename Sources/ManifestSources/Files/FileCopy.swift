import Glibc

/// Copies files and directories for a tool that may change them; links become what they lead to.
struct FileCopy {
    /// What nothing that is copied may lie outside of, all links resolved.
    let root: String
    /// What errors call the root.
    let name: String
    /// How many files are copied at most.
    private let limit: Int

    /// - Throws: `ManifestSourceError` when the root is not there.
    init(root: String, name: String, limit: Int = 100_000) throws(ManifestSourceError) {
        self.root = try ConfinedDirectory.resolve(root)
        self.name = name
        self.limit = limit
    }

    /// Copies a file, or a directory with all that is in it but `.git`; what is there already stays.
    ///
    /// - Parameters:
    ///   - source: The path of it.
    ///   - destination: The path of the copy.
    ///   - name: What errors call it.
    /// - Throws: `ManifestSourceError` for what lies outside of the root, and what is neither file nor directory.
    func copy(_ source: String, to destination: String, name: String) throws(ManifestSourceError) {
        var walk = Walk(remainingFiles: limit)
        try copy(source, to: destination, name: name, &walk)
    }

    /// What a copy has come across so far: links can make a few files look like very many.
    private struct Walk {
        var directories: [String] = []
        var remainingFiles: Int
        var remainingBytes = 1 << 30
    }

    /// Makes a directory and those above it.
    static func makeDirectory(_ path: String) throws(ManifestSourceError) {
        guard !path.isEmpty, mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT else { throw ConfinedDirectory.failure(path, errno) }
        try makeDirectory(parent(of: path))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw ConfinedDirectory.failure(path, errno) }
    }

    private func copy(
        _ source: String,
        to destination: String,
        name: String,
        _ walk: inout Walk
    ) throws(ManifestSourceError) {
        let resolved = try ConfinedDirectory.resolve(source, name: name)
        guard ConfinedDirectory.isInside(resolved, root) else {
            throw ManifestSourceError("\(name): lies outside of \(self.name), links resolved; move it inside")
        }
        // There may be passwords in it.
        guard !resolved.dropFirst(root.count).split(separator: "/").contains(".git") else {
            throw ManifestSourceError("\(name): belongs to Git, links resolved; name another file")
        }
        var status = stat()
        guard lstat(resolved, &status) == 0 else { throw ConfinedDirectory.failure("\(name): cannot be copied", errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return try copyFile(resolved, to: destination, name: name, &walk)
        }
        guard !walk.directories.contains(resolved) else {
            throw ManifestSourceError("\(name): is a link to a directory that it is in; remove it")
        }
        try Self.makeDirectory(destination)
        walk.directories.append(resolved)
        for entry in try ConfinedDirectory.entries(of: resolved) where entry != ".git" {
            try copy("\(resolved)/\(entry)", to: "\(destination)/\(entry)", name: "\(name)/\(entry)", &walk)
        }
        walk.directories.removeLast()
    }

    private func copyFile(
        _ source: String,
        to destination: String,
        name: String,
        _ walk: inout Walk
    ) throws(ManifestSourceError) {
        guard walk.remainingFiles > 0 else {
            throw ManifestSourceError("\(name): too many files to copy, links resolved")
        }
        let content = try PlainFile(source, name: name).read(limit: walk.remainingBytes)
        walk.remainingFiles -= 1
        walk.remainingBytes -= content.count
        try Self.makeDirectory(Self.parent(of: destination))
        let descriptor = open(destination, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { return }
            throw ConfinedDirectory.failure("\(name): cannot be copied", errno)
        }
        defer { close(descriptor) }
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ConfinedDirectory.failure("\(name): cannot be copied", errno) }
            rest = rest.dropFirst(count)
        }
    }

    private static func parent(of path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }
}
