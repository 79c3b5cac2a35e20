import Glibc
import Manifests

/// One file on disk.
struct PlainFile {
    private let path: String
    private let name: String

    /// Linux's `O_PATH`, which the C library's module leaves out: a directory on the way need not be readable.
    private static let pathOnly: CInt = 0o10_000_000

    /// A file at a path without links, and what errors call it.
    init(_ path: String, name: String) {
        self.path = path
        self.name = name.inOneLine(limit: 4096)
    }

    /// The whole content; refuses what is no regular file, and a file that is too long before it reads it.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that it may have.
    ///   - opened: Called when the file is open and nothing is read yet.
    /// - Throws: `ManifestSourceError`, also when another file was put into its place or it was written meanwhile: half of
    ///   an old version and half of a new one are no manifest.
    func read(limit: Int, opened: () -> Void = {}) throws(ManifestSourceError) -> [UInt8] {
        let descriptor = openWithoutLinks()
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        let before = try status(of: descriptor)
        guard before.st_mode & S_IFMT == S_IFREG else { throw ManifestSourceError("\(name): is no regular file") }
        guard before.st_size <= limit else { throw tooLong(limit) }
        opened()
        let content = try readAll(descriptor, expected: Int(before.st_size), limit: limit)
        guard content.count <= limit else { throw tooLong(limit) }
        guard try isSameVersion(before, status(of: descriptor)) else { throw changed() }
        return content
    }

    /// Opens the file step by step: a directory on the way may have become a link since the path was resolved.
    private func openWithoutLinks() -> CInt {
        // Without O_NONBLOCK opening a pipe would wait for its other end.
        let reading = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let passing = Self.pathOnly | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW
        let names = path.split(separator: "/").map(String.init)
        var descriptor = open("/", names.isEmpty ? reading : passing)
        for (index, name) in names.enumerated() where descriptor >= 0 {
            let next = openat(descriptor, name, index == names.count - 1 ? reading : passing)
            let code = errno
            close(descriptor)
            (descriptor, errno) = (next, code)
        }
        return descriptor
    }

    private func isSameVersion(_ before: stat, _ after: stat) -> Bool {
        before.st_size == after.st_size && before.st_mtim.tv_sec == after.st_mtim.tv_sec
            && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec
    }

    private func status(of descriptor: CInt) throws(ManifestSourceError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(errno) }
        return status
    }

    /// Reads to the end, which may have moved since the size was asked for, and at most one byte beyond the limit.
    private func readAll(_ descriptor: CInt, expected: Int, limit: Int) throws(ManifestSourceError) -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(expected + 1)
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while content.count <= limit {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            guard count > 0 else { break }
            content.append(contentsOf: buffer[..<count])
        }
        return content
    }

    private func tooLong(_ limit: Int) -> ManifestSourceError {
        ManifestSourceError("\(name): has more than \(limit) bytes; split the file")
    }

    private func changed() -> ManifestSourceError {
        ManifestSourceError("\(name): was changed while it was read; try again")
    }

    private func failure(_ code: CInt) -> ManifestSourceError {
        // The first is for sockets; a link in place of a file or a directory came after the path was resolved.
        switch code {
        case ENXIO: ManifestSourceError("\(name): is no regular file")
        case ELOOP, ENOTDIR: changed()
        default: ManifestSourceError("\(name): \(String(cString: strerror(code)).lowercased())")
        }
    }
}
