import ArgumentParser
import ManifestSources
import Rollouts
import Stages

/// Which version ran before: what a baseline is made of, and what a rollback restores.
struct RunningOptions: ParsableArguments {
    @Option(help: "The directory of the version that runs now, to compare with, and for baseline and rollback.")
    var running: String?

    @Option(
        help: ArgumentHelp(
            "The version that runs now as a commit, branch or tag. Default: the commit that the live objects carry.",
            valueName: "ref"
        )
    )
    var runningRef: String?

    func validate() throws {
        guard running == nil || runningRef == nil else {
            throw ValidationError("--running and --running-ref exclude each other")
        }
    }

    /// Whether the options say which version it is.
    var isNamed: Bool { running != nil || runningRef != nil }

    /// The same options, which name this version when they name none.
    func naming(_ commit: String?) -> RunningOptions {
        var options = self
        if !isNamed { options.runningRef = commit }
        return options
    }

    /// Runs a body with the running version, which may lie in a directory of its own meanwhile.
    ///
    /// - Throws: `ApplicationError` when the version that the options name cannot be read, and what the body throws.
    func with<Result>(
        _ application: ApplicationOptions,
        in session: Session,
        _ body: (KnownVersion) async throws -> Result
    ) async throws -> Result {
        if let running {
            return try await body(.running(try await version(in: running, application, session.identity.commit)))
        }
        if let runningRef { return try await with(runningRef, application) { try await body(.running($0)) } }
        let live: String
        let request = session.request(StageName.added(.rollback, to: []), StageOptions(.rollback))
        switch await session.runner().liveCommit(request) {
        case .none: return try await body(.none)
        case .unknown(let why): return try await body(.unknown(why))
        case .one(session.identity.commit):
            let text = "the live objects are of this version already; say with --running-ref which one ran before"
            return try await body(.unknown(text))
        case .one(let commit): live = commit
        }
        do {
            return try await with(live, application, isFullHash: true) { try await body(.running($0)) }
        } catch let error as UnreadableVersion {
            return try await body(.unknown("\(error)"))
        }
    }

    /// A directory is a version of its own; its commit is what Git says about it, unless the new version has the same.
    private func version(
        in directory: String,
        _ options: ApplicationOptions,
        _ newCommit: String
    ) async throws -> RunningVersion {
        let commit = await GitRepository.head(of: directory)
        return RunningVersion(
            application: try options.loadRunning(from: directory),
            commit: commit == newCommit ? "uncommitted" : commit ?? "uncommitted"
        )
    }

    private func with<Result>(
        _ reference: String,
        _ options: ApplicationOptions,
        isFullHash: Bool = false,
        _ body: (RunningVersion) async throws -> Result
    ) async throws -> Result {
        try await TemporaryDirectory.with { directory in
            let version: RunningVersion
            do {
                let repository = try await GitRepository(of: options.directory)
                let commit = try await repository.commit(reference)
                // Somebody's build number may be the beginning of a hash.
                if isFullHash, commit != reference {
                    throw ApplicationError(problems: ["the live objects do not name a whole commit"])
                }
                let source = try await repository.checkOut(commit, into: directory)
                version = RunningVersion(
                    application: try options.loadRunning(from: source),
                    commit: commit
                )
            } catch {
                throw UnreadableVersion(reference: reference, cause: "\(error)")
            }
            return try await body(version)
        }
    }
}

/// A version that Git or its own files do not give.
struct UnreadableVersion: Error, CustomStringConvertible {
    let reference: String
    let cause: String

    var description: String {
        "the running version \"\(reference)\": \(cause); name it with --running-ref or --running DIR"
    }
}
