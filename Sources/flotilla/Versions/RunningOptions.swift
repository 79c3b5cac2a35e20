import ArgumentParser
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
        if let running { return try await body(.running(try await version(in: running, application))) }
        if let runningRef { return try await with(runningRef, application) { try await body(.running($0)) } }
        let reference: String
        let request = session.request(StageName.added(.rollback, to: []), StageOptions(.rollback))
        switch await session.runner().liveCommit(request) {
        case .none: return try await body(.none)
        case .unknown(let why): return try await body(.unknown(why))
        case .one(let commit): reference = commit
        }
        do {
            return try await with(reference, application) { try await body(.running($0)) }
        } catch let error as UnreadableVersion {
            return try await body(.unknown("\(error)"))
        }
    }

    /// A directory is a version of its own; its commit is what Git says about it.
    private func version(in directory: String, _ options: ApplicationOptions) async throws -> RunningVersion {
        let commit = await GitRepository.head(of: directory)
        return RunningVersion(
            application: try options.loadRunning(from: directory),
            commit: commit ?? "uncommitted"
        )
    }

    private func with<Result>(
        _ reference: String,
        _ options: ApplicationOptions,
        _ body: (RunningVersion) async throws -> Result
    ) async throws -> Result {
        try await TemporaryDirectory.with { directory in
            let version: RunningVersion
            do {
                let repository = try await GitRepository(of: options.directory)
                let commit = try await repository.commit(reference)
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

    var description: String { "the running version \"\(reference)\": \(cause); name it with --running DIR" }
}
