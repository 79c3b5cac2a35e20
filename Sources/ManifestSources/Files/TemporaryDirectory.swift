import FoundationEssentials
import Glibc

/// A private directory that goes away with its content.
package enum TemporaryDirectory {
    /// What the names of all of them begin with.
    static let prefix = "flotilla-"

    /// Runs a body with a new directory and removes it afterwards, whatever the body did.
    ///
    /// - Parameters:
    ///   - environment: Its `TMPDIR` says where the directory is; otherwise it is in `/tmp`.
    ///   - body: Gets the path of the directory, which has no links in it.
    /// - Returns: What the body returns.
    /// - Throws: `ManifestSourceError` when no directory can be made, and what the body throws.
    package static func with<Result>(
        environment: [String: String],
        _ body: (String) async throws(ManifestSourceError) -> Result
    ) async throws(ManifestSourceError) -> Result {
        let parent = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            let reason = String(cString: strerror(errno)).lowercased()
            throw ManifestSourceError("cannot make a directory in \(parent): \(reason); set TMPDIR")
        }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(try ConfinedDirectory.resolve(path))
    }
}
