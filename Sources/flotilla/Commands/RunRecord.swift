import ManifestSources
import Manifests
import Stages

/// The journal of a run that begins or goes on here.
struct RunRecord: Sendable {
    let journal: Journal
    let header: RunHeader
    /// How far an earlier process has come, `nil` for a new run.
    var progress: RunProgress?

    /// The record, when what is to be run now is what the run began with.
    ///
    /// - Throws: `JournalError` when it is not, or what the manifests cannot be loaded for.
    func going(
        on deployment: Deployment,
        over connections: ClusterConnections,
        _ manifests: ManifestLoader
    ) async throws -> RunRecord {
        var now = try await deployment.header(run: header.run, manifests: manifests)
        now.servers = deployment.servers(connections)
        try check(now)
        now.live = await deployment.liveCommits(connections)
        try check(now)
        return self
    }

    private func check(_ now: RunHeader) throws {
        guard let difference = header.difference(from: now) else { return }
        throw JournalError(path: journal.path, .differs(header.run, difference))
    }

    /// The result of the run, with its name and where its journal is.
    func value(of report: DeploymentReport) -> Value {
        var value = report.value
        value["run"] = .string("\(header.run)")
        value["journal"] = .string(journal.path)
        return value
    }
}
