import KubernetesAPI
import Manifests
import Rollouts

/// A cluster of which some objects are known already, so that nobody has to ask for them.
struct KnownView: ClusterView {
    private let base: any ClusterView
    private let known: [ResourceKey: LiveResource]

    var target: String { base.target }
    var isLive: Bool { base.isLive }

    /// The cluster with these objects, by normalized key; one of which nothing says who owns its fields is asked for.
    init(_ base: any ClusterView, knowing known: [ResourceKey: LiveResource]) {
        self.base = base
        self.known = known
    }

    func resolveNamespaces(_ manifests: [Manifest]) async throws -> [Manifest] {
        try await base.resolveNamespaces(manifests)
    }

    func live(_ manifest: Manifest) async throws -> LiveResource? {
        guard let live = known[manifest.key.normalized], live.groupVersionKind == manifest.groupVersionKind,
            !live.managedFields.isEmpty
        else { return try await base.live(manifest) }
        return live
    }

    func workloads(label: String, value: String, application: String) async throws -> [LiveResource] {
        try await base.workloads(label: label, value: value, application: application)
    }

    func autoscalers(in namespace: String?) async throws -> [LiveResource] {
        try await base.autoscalers(in: namespace)
    }

    func objects(label: String?, value: String, application: String) async throws -> FoundObjects {
        try await base.objects(label: label, value: value, application: application)
    }

    func routes(_ kinds: [GroupKind], application: String) async throws -> [LiveResource] {
        try await base.routes(kinds, application: application)
    }

    func objects(_ lookup: TrafficLookup) async throws -> [LiveResource]? {
        try await base.objects(lookup)
    }
}
