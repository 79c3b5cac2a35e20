import Subprocess
import SystemPackage

/// Asks Git for commits.
enum GitCommit {
    /// The commit that is checked out in a directory, `nil` when it is in no repository or Git is not there.
    static func head(of directory: String) async -> String? {
        let result = try? await run(
            .name("git"),
            arguments: ["-C", directory, "rev-parse", "HEAD"],
            output: .string(limit: 4096),
            error: .discarded
        )
        guard let result, result.terminationStatus.isSuccess else { return nil }
        return result.standardOutput.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
