package import ManifestSources

/// Compares what Git wants of each cluster with what it has.
///
/// What Git wants is what a deployment would leave: the manifests with marks, variant and config hash. The API server is the judge where
/// it lets us ask: an object that a dry run of its apply would not change is as Git wants it.
package struct DriftDetection: Sendable {
    private let application: Application
    private let identity: Application.Identity
    private let connections: ClusterConnections
    private let manifests: ManifestLoader

    /// Takes what is compared.
    ///
    /// - Parameters:
    ///   - application: The application as Git has it.
    ///   - identity: What the marks on its objects say.
    ///   - connections: The clients of the clusters.
    ///   - manifests: What loads the manifests.
    package init(
        application: Application,
        identity: Application.Identity,
        connections: ClusterConnections,
        manifests: ManifestLoader
    ) {
        self.application = application
        self.identity = identity
        self.connections = connections
        self.manifests = manifests
    }

    /// What differs on each target, in their order; a target that something is wrong with does not hide the others.
    ///
    /// - Parameters:
    ///   - targets: The targets to compare.
    ///   - live: What they have.
    /// - Returns: One result for each target.
    /// - Throws: `CancellationError` when nobody waits for it any more.
    package func drift(of targets: [DeployTarget], live: [LiveStateAnswer]) async throws -> [TargetDrift] {
        targets.map { TargetDrift(target: $0.name, verdict: .unknown(["not compared yet"])) }
    }
}
