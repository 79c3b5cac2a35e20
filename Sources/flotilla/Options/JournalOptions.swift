import ArgumentParser
import FoundationEssentials
import ManifestSources
import Stages

/// Where a run is written down, and whether an earlier one goes on.
struct JournalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file to write the journal of the run to, or to go on from. Default: a file of its own below $XDG_STATE_HOME/flotilla, else ~/.local/state/flotilla.",
            valueName: "file"
        )
    )
    var journal: String?

    @Flag(help: "Go on with the latest run of the application, or that of --journal: do only what it has not done.")
    var resume = false

    /// Refuses what makes no sense for a dry run.
    func check(_ dryRun: DryRunOptions) throws {
        guard dryRun.mode != nil, resume || journal != nil else { return }
        throw ValidationError("a dry run has no journal; leave out --resume and --journal")
    }

    /// The run that is to go on, `nil` when a new one is to begin.
    ///
    /// - Throws: `JournalError` when there is none, it is over, or it is still going on elsewhere.
    func earlier(of application: String) throws -> RunRecord? {
        guard resume else { return nil }
        let (journal, progress) = try Journal.open(try journal ?? directory(application).latest())
        return RunRecord(journal: journal, header: progress.header, progress: progress)
    }

    /// Begins the journal of a new run.
    ///
    /// - Throws: `JournalError` when it cannot be written, or what the manifests cannot be loaded for.
    func begin(
        _ deployment: Deployment,
        over connections: ClusterConnections,
        _ manifests: ManifestLoader
    ) async throws -> RunRecord {
        let now = Moment.now
        var header = try await deployment.header(run: RunID.make(at: now), manifests: manifests)
        header.servers = deployment.servers(connections)
        header.live = await deployment.liveCommits(connections)
        if let journal {
            return RunRecord(journal: try Journal.create(journal, header: header, at: now), header: header)
        }
        let directory = try directory(header.application)
        tellUnfinished(in: directory)
        try directory.make()
        let journal = try Journal.create(directory.journal(of: header.run), header: header, at: now)
        directory.prune()
        return RunRecord(journal: journal, header: header)
    }

    /// Says when the latest run could go on, which nobody asked for.
    private func tellUnfinished(in directory: JournalDirectory) {
        guard let latest = try? directory.latest(), let (_, progress) = try? Journal.open(latest) else { return }
        Console.error("note: run \(progress.header.run) was not finished; --resume goes on with it, this is a new one")
    }

    private func directory(_ application: String) throws -> JournalDirectory {
        try JournalDirectory(application: application, environment: ProcessInfo.processInfo.environment)
    }
}
