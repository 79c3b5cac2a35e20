package import KubernetesAPI

/// The clients of all clusters, made when first needed and kept, on one event loop.
package final class ClusterConnections: Sendable {
    /// Makes the client of a target, with at most so many requests in flight.
    typealias MakeClient = @Sendable (DeployTarget, ClusterConfiguration, _ requests: Int) -> ClusterClient

    private let makeClient: MakeClient
    private let clients = Lock<[DeployTarget: ClusterClient]>([:])

    private let environment: [String: String]

    /// No connections yet; the environment says where kubeconfigs are that no target names.
    package convenience init(engine: HTTPEngine, environment: [String: String] = [:]) {
        self.init(environment: environment) { target, configuration, requests in
            ClusterClient(
                target: target.name,
                configuration: configuration,
                engine: engine,
                requestsInFlight: requests
            )
        }
    }

    init(environment: [String: String], makeClient: @escaping MakeClient) {
        self.environment = environment
        self.makeClient = makeClient
    }

    /// The client of a target; a new one has at most so many requests in flight at once.
    ///
    /// It throws a `KubeconfigError` or a `ClusterSourceError` when there is no usable configuration, and a `StageError` for a
    /// target that is offline.
    package func client(for target: DeployTarget, requests: Int) throws -> ClusterClient {
        guard case .cluster(let path, let context, let masterURL) = target.access else {
            throw StageError(target: target.name, .offline)
        }
        if let known = clients.withLock({ $0[target] }) { return known }
        var source = ClusterSource(path: path, context: context, environment: environment)
        source.masterURL = masterURL
        let client = makeClient(target, try source.load(), requests)
        return clients.withLock { clients in
            if let known = clients[target] { return known }
            clients[target] = client
            return client
        }
    }
}
