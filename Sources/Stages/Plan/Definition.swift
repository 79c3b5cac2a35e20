import Manifests

/// A type of object that a custom resource definition among the manifests defines.
struct Definition: Sendable {
    /// The definition itself.
    let key: ResourceKey
    /// Group and kind of its objects.
    let groupKind: GroupKind
    /// The versions that will be served.
    let versions: Set<String>
    /// Whether its objects live in namespaces.
    let isNamespaced: Bool

    /// Reads a definition, `nil` when the manifest is none or does not say what it defines.
    init?(_ manifest: Manifest) {
        let type = GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition")
        guard manifest.groupVersionKind.groupKind == type,
            let group = manifest[path: "spec", "group"]?.string,
            let kind = manifest[path: "spec", "names", "kind"]?.string
        else { return nil }
        key = manifest.key
        groupKind = GroupKind(group: group, kind: kind)
        let served = (manifest[path: "spec", "versions"]?.array ?? []).filter { $0["served"] != false }
        versions = Set(served.compactMap { $0["name"]?.string })
        isNamespaced = manifest[path: "spec", "scope"]?.string != "Cluster"
    }

    /// Whether it defines this type in this version.
    func defines(_ type: GroupVersionKind) -> Bool {
        type.groupKind == groupKind && versions.contains(type.version)
    }
}

extension [Manifest] {
    /// The types that are defined among the manifests.
    var definitions: [Definition] { compactMap { Definition($0) } }
}
