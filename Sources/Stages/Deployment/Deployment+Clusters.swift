import KubernetesAPI
import Rollouts

extension Deployment {
    /// The address of each target's server, by the target's name; a target without a usable configuration has none.
    package func servers(_ connections: ClusterConnections) -> [String: String] {
        targets.reduce(into: [:]) { servers, target in
            servers[target.name] = (try? client(of: target, connections))?.server
        }
    }

    private func client(of target: DeployTarget, _ connections: ClusterConnections) throws -> ClusterClient {
        try connections.client(for: target, requests: stages.first?.spec.concurrency.requests ?? 16)
    }
}
