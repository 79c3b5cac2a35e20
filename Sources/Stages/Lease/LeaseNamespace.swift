import ManifestSources
import Manifests
import Rollouts

/// Where an application's Lease is: in the same namespace of a cluster for everybody who deploys it.
enum LeaseNamespace {
    /// The namespace for each target, by its name; a target that is missing has that of its kubeconfig's context.
    ///
    /// `input.namespace`, else the first by name of those that the manifests name. A kubeconfig's namespace is whoever
    /// deploys theirs, so that it only counts where the objects go there too.
    static func all(of request: StageRequest, _ manifests: ManifestLoader) async -> [String: String] {
        if let namespace = request.spec.input.namespace, !namespace.isEmpty {
            return Dictionary(request.targets.map { ($0.name, namespace) }) { first, _ in first }
        }
        let loaded = (try? await VersionManifests(request, manifests).target()) ?? []
        return loaded.reduce(into: [:]) { $0[$1.target] = $1.manifests.compactMap(\.namespace).min() }
    }
}
