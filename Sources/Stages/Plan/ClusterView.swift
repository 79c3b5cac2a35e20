package import KubernetesAPI
package import Manifests
package import Rollouts

/// What planning may see of a cluster.
///
/// Planning reads and never writes. The live view asks the API server; `OfflineView` knows nothing and opens no socket;
/// `PredictedView` adds what earlier stages of a dry run would have left.
package protocol ClusterView: Sendable {
    /// The name of the deploy target.
    var target: String { get }

    /// Whether answers come from a cluster; when not, a plan keeps what the manifests say.
    var isLive: Bool { get }

    /// Makes the namespace of every object explicit and takes it off cluster-scoped ones.
    ///
    /// - Throws: `APIError` when a type is not served or the cluster does not answer.
    func resolveNamespaces(_ manifests: [Manifest]) async throws -> [Manifest]

    /// The object as the cluster has it, `nil` when it is not there.
    func live(_ manifest: Manifest) async throws -> LiveResource?

    /// The workloads of the application that carry a label, of every kind that has variants.
    func workloads(label: String, value: String, application: String) async throws -> [LiveResource]

    /// The autoscalers of a namespace, of all namespaces without one; empty where a view knows of none.
    func autoscalers(in namespace: String?) async throws -> [LiveResource]

    /// Everything of the application, or of it what carries a label, of every type that can be listed and deleted.
    func objects(label: String?, value: String, application: String) async throws -> FoundObjects

    /// The objects of the application of kinds that direct traffic; a kind that is not served has none.
    func routes(_ kinds: [GroupKind], application: String) async throws -> [LiveResource]

    /// The objects that traffic depends on, whoever they belong to; `nil` when the cluster does not show them.
    func objects(_ lookup: TrafficLookup) async throws -> [LiveResource]?

    /// Whether an earlier stage of the same dry run would have written the object.
    func isPredicted(_ key: ResourceKey) -> Bool
}

extension ClusterView {
    package func autoscalers(in namespace: String?) async throws -> [LiveResource] { [] }
    package func isPredicted(_ key: ResourceKey) -> Bool { false }

    /// Makes the namespace of one object explicit, whose type others of the manifests may define.
    func resolveNamespace(of manifest: Manifest, among manifests: [Manifest]) async throws -> Manifest {
        let definitions = manifests.filter { Definition($0) != nil }
        return try await resolveNamespaces([manifest] + definitions).first ?? manifest
    }

    /// The manifests that the cluster has, by their keys as written in Git, normalized; so many are asked for at once.
    func live(_ manifests: [Manifest], atOnce limit: Int) async throws -> [ResourceKey: LiveResource] {
        let answers = await concurrently(try await resolveNamespaces(manifests), atOnce: limit) { manifest in
            await Result { try await live(manifest) }
        }
        var found: [ResourceKey: LiveResource] = [:]
        for (manifest, answer) in zip(manifests, answers) {
            guard let answer else { throw CancellationError() }
            found[manifest.key.normalized] = try answer.get()
        }
        return found
    }
}

/// What a search over all types found.
package struct FoundObjects: Sendable {
    /// The objects, each once, even when several API groups serve it.
    package var objects: [LiveResource]
    /// The keys of objects of cluster-scoped types.
    package var clusterScoped: Set<ResourceKey>
    /// Types that could not be searched, one line each.
    package var notes: [String]

    package init(objects: [LiveResource] = [], clusterScoped: Set<ResourceKey> = [], notes: [String] = []) {
        self.objects = objects
        self.clusterScoped = clusterScoped
        self.notes = notes
    }
}
