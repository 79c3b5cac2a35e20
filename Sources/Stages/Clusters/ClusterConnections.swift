package import KubernetesAPI

/// What the stages of a process share: the clients of all clusters, made when first needed and kept, on one event loop,
/// and whose turn it is.
package final class ClusterConnections: Sendable {
    private let engine: HTTPEngine
    private let environment: [String: String]
    private let options: ClusterClient.Options
    let turns = StageTurns()
    private let clients = Lock<[DeployTarget: Connection]>([:])

    /// A client, and how the files were that it was made from.
    private struct Connection {
        let client: ClusterClient
        let files: [ClusterSource.FileState]
    }

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
    private func known(_ target: DeployTarget) -> ClusterClient? {
        clients.withLock { $0[target]?.client }
    }

    /// Whether a stage of an application runs, which the next one waits for.
    package func isBusy(with application: String) -> Bool {
        turns.isTaken(by: application)
    }

    /// Forgets the clients of targets whose kubeconfig has changed, so that the next use reads it again.
    ///
    /// A run that uses such a client already goes on with it, since it has taken its `StageClients`.
    func forgetChanged(among targets: [DeployTarget]) {
        for target in targets {
            guard let known = clients.withLock({ $0[target] }), let source = source(of: target),
                known.files != source.fileStates
            else { continue }
            clients.withLock { clients in
                if clients[target]?.client === known.client { clients[target] = nil }
            }
        }
    }

    /// The client of a target; at least so many requests may be in flight at once.
    ///
    /// It throws a `KubeconfigError` or a `ClusterSourceError` when there is no usable configuration, and a `StageError` for a
    /// target that is offline.
    package func client(for target: DeployTarget, requests: Int) throws -> ClusterClient {
        guard let source = source(of: target) else { throw StageError(target: target.name, .offline) }
        if let known = known(target) {
            known.allowRequestsInFlight(requests)
            return known
        }
        // Looked at before they are read: a change in between is noticed the next time.
        let files = source.fileStates
        var options = options
        options.requestsInFlight = requests
        let client = ClusterClient(
            target: target.name,
            configuration: try source.load(),
            engine: engine,
            options: options
        )
        return clients.withLock { clients in
            if let known = clients[target] { return known.client }
            clients[target] = Connection(client: client, files: files)
            return client
        }
    }

    /// Where the way to a target is looked for, `nil` for one that is offline.
    private func source(of target: DeployTarget) -> ClusterSource? {
        guard case .cluster(let path, let context, let masterURL) = target.access else { return nil }
        var source = ClusterSource(path: path, context: context, environment: environment)
        source.masterURL = masterURL
        return source
    }
}
