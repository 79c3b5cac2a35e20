import KubernetesAPI

/// The clients that one run of a stage uses, the same from its plan to its last write.
///
/// Another stage may make the connections forget a client meanwhile, because its kubeconfig has changed; what was planned
/// for one cluster must not be carried out in another.
struct StageClients: Sendable {
    private let clients: [String: Result<ClusterClient, any Error>]

    /// Takes the clients of the targets, or why they have none; at least so many requests may be in flight at once.
    init(of targets: [DeployTarget], in connections: ClusterConnections, requests: Int) {
        let clients = targets.map { target in
            (target.name, Result { try connections.client(for: target, requests: requests) })
        }
        self.clients = Dictionary(clients) { first, _ in first }
    }

    /// The client of a target.
    ///
    /// - Throws: `KubeconfigError` or `ClusterSourceError` when there is no usable configuration, `StageError` for a target
    ///   that is offline.
    func client(of target: DeployTarget) throws -> ClusterClient {
        guard let client = clients[target.name] else { throw StageError(target: target.name, .offline) }
        return try client.get()
    }

    /// The signs of life that the cluster of a target has given so far.
    func signsOfLife(of target: DeployTarget) -> Int {
        (try? client(of: target))?.signsOfLife ?? 0
    }
}
