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
    /// - Throws: `CancellationError` when nobody waits for it any more.
    package func states(of targets: [DeployTarget]) async throws -> [LiveStateAnswer] {
        []
    }
}
