import Glibc

/// Reading and writing whole files in tests; whatever goes wrong is thrown with the path.
package enum TestFiles {
    /// What could not be done, and with which file.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The bytes of a file.
    package static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else { throw failure("read", path) }
        defer { fclose(file) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { content += buffer[..<count] }
        return content
    }

    /// The text of a file.
    package static func text(_ path: String) throws -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    /// Writes a file, and makes the folders on the way.
    package static func write(_ text: String, to path: String) throws {
        try makeDirectory(
            path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        )
        guard let file = fopen(path, "w") else { throw failure("write", path) }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw failure("write", path) }
    }

    /// Makes a folder and those above it.
    package static func makeDirectory(_ path: String) throws {
        guard !path.isEmpty, access(path, F_OK) != 0 else { return }
        try makeDirectory(
            path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        )
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure("make", path) }
    }

    /// The names in a folder, sorted; hidden ones are left out.
    package static func names(in path: String) throws -> [String] {
        try entries(of: path).filter { !$0.hasPrefix(".") }
    }

    /// Removes a file, or a folder with all that is in it, as far as that is possible; links are not followed.
    package static func remove(_ path: String) {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            for name in (try? entries(of: path)) ?? [] where name != "." && name != ".." { remove("\(path)/\(name)") }
        }
        _ = Glibc.remove(path)
    }

    private static func entries(of path: String) throws -> [String] {
        guard let directory = opendir(path) else { throw failure("list", path) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            )
        }
        return names.sorted()
    }

    private static func failure(_ action: String, _ path: String) -> Failure {
        Failure(description: "cannot \(action) \(path): \(String(cString: strerror(errno)))")
    }
}
