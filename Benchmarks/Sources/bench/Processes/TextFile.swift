import Glibc

/// Whole text files, with the C library: Foundation in this process would raise the peak memory that a child can show.
enum TextFile {
    /// Reads a file; files of the kernel too, which have no size.
    static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw failure(path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while case let count = fread(&part, 1, part.count, file), count > 0 {
            bytes.append(contentsOf: part.prefix(count))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Replaces a file, readable by its owner only when it is new.
    static func write(_ text: String, to path: String) throws {
        try write(text, to: path, O_TRUNC)
    }

    /// Writes behind the end of a file, which is made when it is missing.
    static func append(_ text: String, to path: String) throws {
        try write(text, to: path, O_APPEND)
    }

    private static func write(_ text: String, to path: String, _ flag: Int32) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flag, 0o600)
        guard descriptor >= 0, let file = fdopen(descriptor, "w") else { throw failure(path) }
        let written = fwrite(text, 1, text.utf8.count, file)
        guard fclose(file) == 0, written == text.utf8.count else { throw failure(path) }
    }

    /// Makes a directory for the owner only, and those above it; one that is there already is fine.
    static func makeDirectory(_ path: String) throws {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        for count in 1...max(1, parts.count) {
            let directory = "/" + parts.prefix(count).joined(separator: "/")
            guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw failure(directory) }
        }
    }

    private static func failure(_ path: String) -> BenchError {
        .file(path, reason: String(cString: strerror(errno)))
    }
}
