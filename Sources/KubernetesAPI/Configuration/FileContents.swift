import Glibc

/// Reads small files.
enum FileContents {
    /// Why a file cannot be read, such as `no such file or directory`.
    struct Failure: Error {
        let cause: String
    }

    /// The bytes of a file of at most 16 MiB.
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { _ = Glibc.close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= 16 << 20 else { throw Failure(cause: "larger than 16 MiB") }
        }
    }

    /// A path as seen from a directory; an absolute one stays.
    static func resolve(_ path: String, in directory: String) -> String {
        guard !path.hasPrefix("/"), !directory.isEmpty else { return path }
        return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
    }

    /// The directory of a file, empty for the current one.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func failure() -> Failure {
        Failure(cause: SystemError.text(Int(errno)) ?? "unknown error")
    }
}
