import FoundationEssentials
import ManifestSources
import Stages

/// The Git repository that an application directory is in, asked through the user's `git`.
struct GitRepository {
    /// The top directory of the working tree.
    private let top: String
    /// The application directory below it, empty for the top itself.
    private let prefix: String

    /// The commit that is checked out in a directory, `nil` when it is in no repository or Git is not there.
    ///
    /// It ends in `-dirty` when the files of the directory are not those of the commit: nobody could get them again.
    static func head(of directory: String) async -> String? {
        guard let head = try? await git(["-C", directory, "rev-parse", "HEAD"]) else { return nil }
        let changes = try? await output(of: ["-C", directory, "status", "--porcelain", "--", "."])
        return changes == "" ? head : "\(head)-dirty"
    }

    /// The first line of a commit's message, which is all that piped matches; `nil` when there is no such commit or Git is not there.
    static func message(of commit: String, in directory: String) async -> String? {
        try? await git(["-C", directory, "log", "-1", "--format=%s", "--end-of-options", commit])
    }

    /// The repository of a directory.
    ///
    /// - Throws: `ApplicationError` when it is in none, or Git is not there.
    init(of directory: String) async throws {
        top = try await Self.git(["-C", directory, "rev-parse", "--show-toplevel"])
        prefix = try await Self.git(["-C", directory, "rev-parse", "--show-prefix"])
    }

    /// The full hash of what a name or a short hash stands for.
    ///
    /// - Throws: `ApplicationError` when the repository has no such commit.
    func commit(_ reference: String) async throws -> String {
        let arguments = ["-C", top, "rev-parse", "--verify", "--quiet", "--end-of-options", "\(reference)^{commit}"]
        do {
            return try await Self.git(arguments)
        } catch {
            throw ApplicationError(problems: ["\(top): Git has no commit \"\(reference)\"; fetch it, or name another"])
        }
    }

    /// Puts the repository as it was at a commit into a directory, which must be empty.
    ///
    /// All of it: manifests may be made of what lies beside the application directory. The repository itself is only read;
    /// hooks do not run.
    ///
    /// - Returns: The application directory in the copy.
    /// - Throws: `ApplicationError` when Git cannot do it, most often because the directory was not there then.
    func checkOut(_ commit: String, into directory: String) async throws -> String {
        let copy = "\(directory)/repository"
        let safe = ["-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"]
        _ = try await Self.git(safe + ["clone", "--quiet", "--shared", "--no-checkout", "--", top, copy])
        let paths = prefix.isEmpty ? ["."] : [prefix, "."]
        _ = try await Self.git(["-C", copy] + safe + ["checkout", "--quiet", commit, "--"] + paths)
        return prefix.isEmpty ? copy : "\(copy)/\(prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix)"
    }

    /// Runs Git and gives the first line that it printed.
    private static func git(_ arguments: [String]) async throws -> String {
        let text = try await output(of: arguments)
        return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }

    /// Runs Git and gives what it printed.
    private static func output(of arguments: [String]) async throws -> String {
        do {
            return try await Git(environment: ProcessInfo.processInfo.environment).output(arguments)
        } catch  where error.isCancelled {
            throw CancellationError()
        } catch {
            throw ApplicationError(problems: error.problems)
        }
    }
}
