package import KubernetesAPI

/// The clients of all clusters, made when first needed and kept, on one event loop.
package final class ClusterConnections: Sendable {
    private let engine: HTTPEngine
    private let clients = Lock<[DeployTarget: ClusterClient]>([:])

    package init(engine: HTTPEngine) {
        self.engine = engine
    }

    /// The client of a target; a new one has at most so many requests in flight at once.
    ///
    /// It throws a `KubeconfigError` when the kubeconfig cannot be used, and a `StageError` for a target that is offline.
    package func client(for target: DeployTarget, requests: Int) throws -> ClusterClient {
        guard case .kubeconfig(let path, let context) = target.access else {
            throw StageError(target: target.name, .offline)
        }
        if let known = clients.withLock({ $0[target] }) { return known }
        let configuration = try Kubeconfig.load(path: path, context: context)
        let client = ClusterClient(
            target: target.name,
            configuration: configuration,
            engine: engine,
            requestsInFlight: requests
        )
        return clients.withLock { clients in
            if let known = clients[target] { return known }
            clients[target] = client
            return client
        }
    }
}
