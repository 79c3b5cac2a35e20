import KubernetesAPI
package import Rollouts

/// Looks at every cluster of an application once: what it has, and what grew out of that.
package struct LiveStateReading: Sendable {
    private let connections: ClusterConnections
    private let application: String
    private let spec: PluginSpec

    /// Takes what is looked for.
    ///
    /// - Parameters:
    ///   - application: The id of the application, as the marks on its objects say it.
    ///   - spec: Which label tells the variants apart, and how many clusters are looked at at once.
    ///   - connections: The clients of the clusters.
    package init(application: String, spec: PluginSpec, connections: ClusterConnections) {
        self.application = application
        self.spec = spec
        self.connections = connections
    }

    /// What each target has, in their order; a target that cannot be looked at does not hide the others.
    ///
    /// A type that may not be listed is `hidden`, and no error.
    ///
    /// - Throws: `CancellationError` when nobody waits for it any more.
    package func states(of targets: [DeployTarget]) async throws -> [LiveStateAnswer] {
        let answers = await concurrently(targets, atOnce: spec.concurrency.clusters) { target in
            await Result { try await state(of: target) }
        }
        try Task.checkCancellation()
        return zip(targets, answers).map { target, answer in
            let result = answer ?? .failure(CancellationError())
            return LiveStateAnswer(target: target.name, result: result.mapError { LiveStateError("\($0)") })
        }
    }

    private func state(of target: DeployTarget) async throws -> LiveState {
        let client = try connections.client(for: target, requests: spec.concurrency.requests)
        let types = LiveTypes(try await client.discovery(), informer: target.informer)
        var look = LiveLook(
            client: client,
            namespace: target.informer.namespace,
            atOnce: spec.concurrency.requests,
            hidden: types.hidden
        )
        let managed = try await look.managed(by: application, on: target.name, types)
        let others = try await look.descendants(of: managed)
        return LiveStateBuilder(target: target, label: spec.variantLabel)
            .state(managed: managed, others: others, hidden: look.hidden)
    }
}
