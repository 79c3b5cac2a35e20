import ManifestSources
import Rollouts
import Stages

/// Looks at the clusters of an application.
struct StatusReading: Sendable {
    let session: Session
    /// The targets that the application selects.
    let targets: [DeployTarget]
    /// Whether the clusters are compared with Git.
    let comparesWithGit: Bool
    private let cache = DriftCache()

    /// A way to look.
    ///
    /// - Parameters:
    ///   - session: The application and its clusters.
    ///   - comparesWithGit: Whether the clusters are compared with Git.
    /// - Throws: `RolloutError` when the application selects no target.
    init(_ session: Session, comparesWithGit: Bool) throws {
        self.session = session
        self.comparesWithGit = comparesWithGit
        targets = try session.selectedTargets()
    }

    /// How the application fares now.
    ///
    /// - Throws: `CancellationError` when nobody waits for it any more.
    func report() async throws -> StatusReport {
        let time = Moment.now
        let reading = LiveStateReading(
            application: session.identity.application,
            spec: session.application.configuration.plugin,
            connections: session.connections
        )
        let states = try await reading.states(of: targets)
        return report(of: states, comparesWithGit ? try await drift(of: states) : [], at: time)
    }

    /// How clusters compare with Git, one request for each object that has changed since the last time.
    func drift(of states: [LiveStateAnswer]) async throws -> [TargetDrift] {
        let detection = DriftDetection(
            application: session.application,
            identity: session.identity,
            connections: session.connections,
            manifests: session.manifests,
            cache: cache
        )
        let names = Set(states.map(\.target))
        return try await detection.drift(of: targets.filter { names.contains($0.name) }, live: states)
    }

    /// How the application fares by what was seen.
    func report(of states: [LiveStateAnswer], _ drifts: [TargetDrift], at time: Moment) -> StatusReport {
        let configuration = session.application.configuration
        let byTarget = Dictionary(drifts.map { ($0.target, $0) }) { first, _ in first }
        return StatusReport(
            application: session.identity.application,
            commit: session.identity.commit,
            time: time,
            clusters: states.map {
                ClusterStatus(
                    $0,
                    drift: byTarget[$0.target],
                    spec: configuration.plugin,
                    pipeline: configuration.pipeline
                )
            }
        )
    }
}
