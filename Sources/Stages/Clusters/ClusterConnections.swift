package import KubernetesAPI

/// What the stages of a process share: the clients of all clusters, made when first needed and kept, on one event loop,
/// and whose turn it is.
package final class ClusterConnections: Sendable {
    private let engine: HTTPEngine
    private let environment: [String: String]
    private let options: ClusterClient.Options
    let turns = StageTurns()
    private let clients = Lock<[DeployTarget: ClusterClient]>([:])

    /// No connections yet.
    ///
    /// - Parameters:
    ///   - engine: What moves the bytes.
    ///   - environment: Says where kubeconfigs are that no target names.
    ///   - options: What every client is made with, apart from the requests in flight.
    package init(
        engine: HTTPEngine,
        environment: [String: String] = [:],
        options: ClusterClient.Options = ClusterClient.Options()
    ) {
        self.engine = engine
        self.environment = environment
        self.options = options
    }

    /// The client of a target when there is one already.
    func known(_ target: DeployTarget) -> ClusterClient? {
        clients.withLock { $0[target] }
    }

    /// The client of a target; a new one has at most so many requests in flight at once.
    ///
    /// It throws a `KubeconfigError` or a `ClusterSourceError` when there is no usable configuration, and a `StageError` for a
    /// target that is offline.
    package func client(for target: DeployTarget, requests: Int) throws -> ClusterClient {
        guard case .cluster(let path, let context, let masterURL) = target.access else {
            throw StageError(target: target.name, .offline)
        }
        if let known = known(target) { return known }
        var source = ClusterSource(path: path, context: context, environment: environment)
        source.masterURL = masterURL
        var options = options
        options.requestsInFlight = requests
        let client = ClusterClient(
            target: target.name,
            configuration: try source.load(),
            engine: engine,
            options: options
        )
        return clients.withLock { clients in
            if let known = clients[target] { return known }
            clients[target] = client
            return client
        }
    }
}
