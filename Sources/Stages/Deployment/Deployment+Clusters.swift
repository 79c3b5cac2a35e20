import KubernetesAPI
import Rollouts

extension Deployment {
    /// The address of each target's server, by the target's name; a target without a usable configuration has none.
    package func servers(_ connections: ClusterConnections) -> [String: String] {
        targets.reduce(into: [:]) { servers, target in
            servers[target.name] = (try? client(of: target, connections))?.server
        }
    }

    /// The commits that primary workloads carry, each with the names of the targets where they do.
    ///
    /// A target that cannot be asked, or gives no answer in time, has none.
    package func liveCommits(
        _ connections: ClusterConnections,
        clock: some Clock<Duration> = ContinuousClock()
    ) async -> [String: [String]] {
        guard let request = stages.first else { return [:] }
        let label = request.spec.variantLabel
        let answers = await concurrently(targets, atOnce: request.spec.concurrency.clusters) {
            target -> Set<String>? in
            await within(.seconds(10), by: clock) {
                let view = (try? client(of: target, connections)).map { LiveView($0) }
                let workloads = try? await view?.workloads(
                    label: label.key,
                    value: label.primary,
                    application: request.identity.application
                )
                return Set((workloads ?? []).compactMap { OwnershipPredicate.commit(of: $0.object) })
            }
        }
        var commits: [String: [String]] = [:]
        for (target, answer) in zip(targets, answers) {
            for commit in (answer ?? nil) ?? [] { commits[commit, default: []].append(target.name) }
        }
        return commits
    }

    private func client(of target: DeployTarget, _ connections: ClusterConnections) throws -> ClusterClient {
        try connections.client(for: target, requests: stages.first?.spec.concurrency.requests ?? 16)
    }
}
