import Glibc

/// One file on disk.
struct PlainFile {
    private let path: String
    private let name: String

    /// A file at a path without links, and what errors call it.
    init(_ path: String, name: String) {
        self.path = path
        self.name = name
    }

    /// The whole content; refuses what is no regular file, and a file that is too long before it reads it.
    func read(limit: Int) throws(ManifestSourceError) -> [UInt8] {
        // Without O_NONBLOCK opening a pipe would wait for its other end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ManifestSourceError("\(name): is no regular file") }
        guard status.st_size <= limit else { throw tooLong(limit) }
        let content = try readAll(descriptor, expected: Int(status.st_size), limit: limit)
        guard content.count <= limit else { throw tooLong(limit) }
        return content
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

    private func failure(_ code: CInt) -> ManifestSourceError {
        ManifestSourceError("\(name): \(String(cString: strerror(code)).lowercased())")
    }
}
