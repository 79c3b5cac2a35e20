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

    /// When a file was last written, `nil` when it is not there.
    static func modificationTime(_ path: String) -> ModificationTime? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return ModificationTime(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    /// What is another one when a file has another content, `nil` when it is not there; links are followed.
    static func identity(of path: String) -> Identity? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let modified = ModificationTime(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
        return Identity(device: status.st_dev, node: status.st_ino, size: status.st_size, modified: modified)
    }

    /// A file as it is at a moment.
    struct Identity: Hashable {
        let device: dev_t
        let node: ino_t
        let size: off_t
        let modified: ModificationTime
    }

    /// A point in time, only good for asking whether it is another one.
    struct ModificationTime: Hashable {
        let seconds: Int
        let nanoseconds: Int
    }

    /// Whether there is a file, or anything else, under a path.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Whether a file may be read.
    static func isReadable(_ path: String) -> Bool {
        access(path, R_OK) == 0
    }

    /// Whether there is at least the beginning of a PEM block.
    static func isPEM(_ bytes: [UInt8]) -> Bool {
        bytes.firstRange(of: Array("-----BEGIN ".utf8)) != nil
    }

    /// A path as seen from a directory; an absolute one stays.
    ///
    /// Below an absolute directory `.` and `..` are taken out by name, as kubectl does: links are not looked at.
    static func resolve(_ path: String, in directory: String) -> String {
        guard !path.hasPrefix("/"), !directory.isEmpty else { return path }
        guard directory.hasPrefix("/") else { return "\(directory)/\(path)" }
        var names: [Substring] = []
        for name in "\(directory)/\(path)".split(separator: "/") where name != "." {
            if name == ".." { _ = names.popLast() } else { names.append(name) }
        }
        return "/" + names.joined(separator: "/")
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
