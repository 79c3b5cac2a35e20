import FoundationEssentials
import Glibc
import PipedAPI
import Subprocess
import SystemPackage

/// Copies of the repository, each made for one purpose, and all removed at the end.
struct SourceCopies: Sendable {
    private let root: String
    private let application: RegisteredApplication

    /// Runs a body with a place for copies, which vanish with it.
    static func with<Result>(
        of application: RegisteredApplication,
        _ body: (SourceCopies) async throws -> Result
    ) async throws -> Result {
        var template = Array("/tmp/fake-piped-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Crash(reason: "cannot make a folder in /tmp") }
        let root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(SourceCopies(root: root, application: application)))
        } catch {
            result = .failure(error)
        }
        _ = try await Subprocess.run(.path("/bin/rm"), arguments: ["-rf", root], output: .discarded)
        return try result.get()
    }

    /// Makes a copy of its own of the repository at a commit, and describes the application in it.
    ///
    /// The text of the application file is the one in Git, and the shared folder is named whether it exists or not.
    func make(_ commit: SourceCommit) async throws -> PipedDeploymentSource {
        var template = Array("\(root)/\(commit.hash)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Crash(reason: "cannot make a folder in \(root)") }
        let copy = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let copying = try await Subprocess.run(
            .path("/bin/cp"),
            arguments: ["-a", "\(commit.directory)/.", copy],
            output: .discarded
        )
        guard case .exited(0) = copying.terminationStatus else {
            throw Crash(reason: "cannot copy \(commit.directory)")
        }
        var source = PipedDeploymentSource()
        source.applicationDirectory = "\(copy)/\(application.path)"
        source.commitHash = commit.hash
        source.applicationConfigFilename = application.configFilename
        source.applicationConfig = try Data(
            contentsOf: URL(filePath: "\(copy)/\(application.path)/\(application.configFilename)")
        )
        source.sharedConfigDirectory = "\(copy)/.pipe"
        return source
    }
}
