import Manifests

/// Gives the objects of one application their namespace, as far as that is known without a cluster.
struct NamespaceAssignment {
    private let manifests: [Manifest]
    private let configured: String?
    private let definedClusterScoped: Set<GroupKind>

    /// - Parameters:
    ///   - manifests: All manifests of the application; its custom resource definitions tell the scope of custom resources.
    ///   - configured: The namespace that every namespaced object gets, `nil` when each keeps its own.
    init(to manifests: [Manifest], configured: String?) {
        self.manifests = manifests
        self.configured = configured.flatMap { $0.isEmpty ? nil : $0 }
        definedClusterScoped = Set(manifests.compactMap(\.definedClusterScopedKind))
    }

    /// The manifests with their namespaces, and a line for each namespace in a file that was overruled.
    func assign() -> (manifests: [Manifest], notices: [String]) {
        var notices: [String] = []
        let assigned = manifests.map { manifest in
            let wanted = isClusterScoped(manifest) ? nil : configured ?? manifest.namespace
            if let written = manifest.namespace, written != wanted {
                notices.append(notice(manifest, written: written, wanted: wanted))
            }
            var copy = manifest
            if manifest.namespace != wanted { copy.namespace = wanted }
            return copy
        }
        return (assigned, notices)
    }

    private func isClusterScoped(_ manifest: Manifest) -> Bool {
        let type = manifest.groupVersionKind.groupKind
        return type.isClusterScopedBuiltIn || definedClusterScoped.contains(type)
    }

    private func notice(_ manifest: Manifest, written: String, wanted: String?) -> String {
        let place = manifest.position.map { "\($0): " } ?? ""
        let object = "\(place)\(manifest.kind)/\(manifest.name)"
        guard let wanted else {
            return "\(object): belongs to no namespace; its namespace \"\(written)\" is left out"
        }
        return "\(object): its namespace \"\(written)\" is replaced by the configured \"\(wanted)\""
    }
}
