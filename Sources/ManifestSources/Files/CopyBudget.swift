import Glibc

/// What may still be copied into one private directory.
///
/// Links can make a few files, and a few directories, look like very many; and a repository may have anything in it.
final class CopyBudget {
    /// How much is copied at most.
    struct Limits: Sendable {
        /// How many files, directories and links.
        var entries = 20_000
        /// How many bytes of files.
        var bytes = 512 << 20
    }

    private let limits: Limits
    private var left: Limits
    /// The private directory, links resolved.
    private let workspace: String

    /// - Parameters:
    ///   - limits: How much is copied at most.
    ///   - workspace: The private directory, links resolved.
    init(_ limits: Limits = Limits(), workspace: String) {
        self.limits = limits
        self.workspace = workspace
        left = limits
    }

    /// Counts a file, a directory or a link, before it is copied.
    ///
    /// - Parameter name: What an error calls what is copied.
    /// - Throws: `ManifestSourceError`, also when nobody waits for the copy any more.
    func take(_ name: String) throws(ManifestSourceError) {
        guard !Task.isCancelled else { throw .cancelled }
        guard left.entries > 0 else { throw exceeded(name, "\(limits.entries) files and directories") }
        left.entries -= 1
    }

    /// Copies a regular file, and makes the directories above the copy; what is there already stays.
    ///
    /// - Parameters:
    ///   - source: The path of it, links resolved.
    ///   - destination: The path of the copy.
    ///   - name: What errors call the file.
    ///   - mode: The permissions of the copy.
    ///   - whole: What an error calls all that is copied, by default the file.
    /// - Throws: `ManifestSourceError` when it is too much or cannot be copied.
    func copyFile(
        _ source: String,
        to destination: String,
        name: String,
        mode: mode_t = 0o600,
        whole: String? = nil
    ) throws(ManifestSourceError) {
        try take(whole ?? name)
        var status = stat()
        guard lstat(source, &status) != 0 || status.st_size <= left.bytes else {
            throw exceeded(whole ?? name, "\(limits.bytes >> 20) MiB")
        }
        let content = try PlainFile(source, name: name).read(limit: left.bytes)
        left.bytes -= content.count
        try Self.makeDirectory(Self.parent(of: destination))
        try Self.write(content, to: destination, name: name, mode: mode)
    }

    /// Whether a path is that of a private directory: of this one, or of another's at the same time.
    ///
    /// Temporary directories may be in the repository, and a copy must not be copied into itself.
    func isWorkspace(_ path: String) -> Bool {
        path == workspace
            || Self.parent(of: path) == Self.parent(of: workspace)
                && path.dropFirst(Self.parent(of: path).count + 1).hasPrefix(TemporaryDirectory.prefix)
    }

    /// Makes a directory and those above it.
    static func makeDirectory(_ path: String) throws(ManifestSourceError) {
        guard !path.isEmpty, mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT else { throw ConfinedDirectory.failure(path, errno) }
        try makeDirectory(parent(of: path))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw ConfinedDirectory.failure(path, errno) }
    }

    private func exceeded(_ name: String, _ limit: String) -> ManifestSourceError {
        ManifestSourceError("\(name): has more than \(limit), links resolved; keep what is no manifest elsewhere")
    }

    private static func write(
        _ content: [UInt8],
        to path: String,
        name: String,
        mode: mode_t
    ) throws(ManifestSourceError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else {
            if errno == EEXIST { return }
            throw ConfinedDirectory.failure("\(name): cannot be copied", errno)
        }
        defer { close(descriptor) }
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ConfinedDirectory.failure("\(name): cannot be copied", errno) }
            rest = rest.dropFirst(count)
        }
    }

    private static func parent(of path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }
}
