import FoundationEssentials
import Glibc
import Stages

/// A private directory that goes away with its content.
enum TemporaryDirectory {
    /// Runs a body with a new directory and removes it afterwards, whatever the body did.
    ///
    /// - Throws: `ApplicationError` when no directory can be made, and what the body throws.
    static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/flotilla-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            let reason = String(cString: strerror(errno))
            throw ApplicationError(problems: ["cannot make a directory in \(parent): \(reason); set TMPDIR"])
        }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }
}
