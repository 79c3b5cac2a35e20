import Glibc

/// Hands out the path of a new empty folder, and removes it with all that is in it.
package func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = try makeTemporaryDirectory()
    defer { TestFiles.remove(path) }
    return try await body(path)
}

/// Hands out the path of a new empty folder, and removes it with all that is in it.
package func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = try makeTemporaryDirectory()
    defer { TestFiles.remove(path) }
    return try body(path)
}

private func makeTemporaryDirectory() throws -> String {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/flotilla-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFiles.Failure(description: "cannot make a folder in \(folder)") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
