import KubernetesAPI
import Rollouts

extension StageRunner {
    /// What the clusters answer to the plan of a stage when every write is sent as a dry run.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - request: What it is the plan of.
    ///   - earlier: The stages before it in the same dry run, which would have made what it builds on.
    /// - Returns: The answers of each target of the plan, in its order.
    /// - Throws: `StageError`, `KubeconfigError` or `ClusterSourceError` when a target of the plan has no client.
    package func dryRun(
        _ plan: StagePlan,
        of request: StageRequest,
        after earlier: [StageForecast] = []
    ) async throws -> [TargetDryRun] {
        let targets = Dictionary(request.targets.map { ($0.name, $0) }) { first, _ in first }
        let known = clients(of: request.targets, for: request)
        let clients = try plan.clusters.compactMap { cluster in
            try targets[cluster.target].map { (cluster, try known.client(of: $0)) }
        }
        return await concurrently(clients, atOnce: request.spec.concurrency.clusters) { cluster, client in
            let dryRun = ServerDryRun(
                plan: cluster,
                client: client,
                application: request.identity.application,
                requests: request.spec.concurrency.requests
            )
            return await dryRun.run(after: earlier.cluster(of: cluster.target))
        }.compactMap { $0 }
    }

    /// What a stage would do after others; with what the clusters say to it when they are to be asked.
    ///
    /// - Parameters:
    ///   - request: The stage.
    ///   - earlier: The stages before it in the same dry run.
    ///   - asks: Whether every write is sent as a dry run.
    /// - Returns: The plan and the answers.
    /// - Throws: As `plan` and `dryRun` do.
    package func forecast(
        _ request: StageRequest,
        after earlier: [StageForecast] = [],
        asking asks: Bool
    ) async throws -> StageForecast {
        let next = try await plan(request, after: earlier)
        return StageForecast(plan: next, answers: asks ? try await dryRun(next, of: request, after: earlier) : [])
    }
}
