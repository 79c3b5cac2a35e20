import KubernetesAPI
package import Manifests
package import Rollouts

/// What runs in the clusters, for a process that is asked for it again and again: it watches, and answers from memory.
///
/// A cluster is watched from the first question about it on, by `ClusterWatch`; `ClusterMemory` says what is remembered.
package final class LiveStateStore: Sendable {
    private let connections: ClusterConnections
    private let pace: ClusterWatch.Pace
    private let clock: any Clock<Duration>
    private let watches = Lock<[String: ClusterWatch]>([:])
    private let started: AsyncStream<ClusterWatch>
    private let start: AsyncStream<ClusterWatch>.Continuation

    /// Watches nothing yet.
    ///
    /// - Parameter connections: The clients of the clusters.
    package convenience init(connections: ClusterConnections) {
        self.init(connections: connections, pace: ClusterWatch.Pace(), clock: ContinuousClock())
    }

    init(connections: ClusterConnections, pace: ClusterWatch.Pace, clock: any Clock<Duration> = ContinuousClock()) {
        self.connections = connections
        self.pace = pace
        self.clock = clock
        (started, start) = AsyncStream.makeStream()
    }

    /// Watches the clusters that are asked for, until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await watch in started { group.addTask { await watch.run() } }
            group.cancelAll()
        }
    }

    /// What each target has of an application, in their order; a target that something is wrong with does not hide the others.
    ///
    /// The first question about a cluster waits for its first lists. Of a cluster that is away nothing is told but since
    /// when; one that goes away without a word is noticed after a minute.
    ///
    /// - Parameters:
    ///   - application: Its id, as the marks on its objects say it.
    ///   - targets: The targets.
    ///   - spec: Which label tells the variants apart.
    ///   - types: The types of its objects in Git, by target: they are watched although there may be none.
    /// - Returns: One answer for each target.
    /// - Throws: `CancellationError` when nobody waits for it any more.
    package func states(
        of application: String,
        on targets: [DeployTarget],
        spec: PluginSpec,
        naming types: [String: Set<GroupVersionKind>] = [:]
    ) async throws -> [LiveStateAnswer] {
        let answers = await concurrently(targets, atOnce: max(1, targets.count)) { target in
            await Result {
                let builder = LiveStateBuilder(target: target, label: spec.variantLabel)
                return try await self.watch(of: target)
                    .state(of: application, naming: types[target.name] ?? [], builder)
            }
        }
        try Task.checkCancellation()
        return zip(targets, answers).map { target, answer in
            let result = answer ?? .failure(CancellationError())
            return LiveStateAnswer(
                target: target.name,
                result: result.mapError { $0 as? LiveStateError ?? LiveStateError("\($0)") }
            )
        }
    }

    /// The watch of a target; a new one when there is none, or the way to the cluster has changed.
    private func watch(of target: DeployTarget) throws -> ClusterWatch {
        connections.forgetChanged(among: [target])
        let client: ClusterClient
        do {
            client = try connections.client(for: target, requests: Concurrency().requests)
        } catch {
            replace(watch: nil, of: target)
            throw error
        }
        if let known = watches.withLock({ $0[target.name] }), known.client === client { return known }
        let watch = ClusterWatch(target, client: client, pace: pace, clock: clock)
        return replace(watch: watch, of: target) ?? watch
    }

    /// Puts a watch in the place of another one, unless somebody was quicker: then it gives theirs.
    @discardableResult
    private func replace(watch: ClusterWatch?, of target: DeployTarget) -> ClusterWatch? {
        let (old, winner) = watches.withLock { watches -> (ClusterWatch?, ClusterWatch?) in
            let old = watches[target.name]
            if let old, let watch, old.client === watch.client { return (nil, old) }
            watches[target.name] = watch
            return (old, nil)
        }
        old?.end()
        if winner == nil, let watch { start.yield(watch) }
        return winner
    }
}
