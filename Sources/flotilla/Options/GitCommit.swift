import Subprocess
import SystemPackage

/// Asks Git for commits.
enum GitCommit {
    /// The commit that is checked out in a directory, `nil` when it is in no repository or Git is not there.
    static func head(of directory: String) async -> String? {
        let text = await answer(in: directory, "rev-parse", "HEAD")
        return text?.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }

    /// The message of a commit, `nil` when there is no such commit or Git is not there.
    static func message(of commit: String, in directory: String) async -> String? {
        guard !commit.hasPrefix("-") else { return nil }
        return await answer(in: directory, "log", "-1", "--format=%B", commit)
    }

    private static func answer(in directory: String, _ arguments: String...) async -> String? {
        let result = try? await run(
            .name("git"),
            arguments: Arguments(["-C", directory] + arguments),
            output: .string(limit: 1 << 16),
            error: .discarded
        )
        guard let result, result.terminationStatus.isSuccess else { return nil }
        return result.standardOutput
    }
}
