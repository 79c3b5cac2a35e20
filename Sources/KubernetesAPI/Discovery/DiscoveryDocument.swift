import Manifests

/// What one group version serves.
struct DiscoveryDocument: Sendable {
    let groupVersion: GroupVersion
    /// Every resource that is no subresource.
    private(set) var mappings: [ResourceMapping] = []
    /// Why nothing could be learnt; then nobody may say that the cluster has none of its kinds.
    let failure: String?

    init(_ groupVersion: GroupVersion, failure: String? = nil) {
        self.groupVersion = groupVersion
        self.failure = failure
    }

    /// Adds a resource, unless it is a subresource.
    mutating func add(_ plural: String, kind: GroupVersionKind, isNamespaced: Bool, verbs: Value?) {
        guard !plural.contains("/"), !plural.isEmpty, !kind.kind.isEmpty else { return }
        let resource = GroupVersionResource(
            group: groupVersion.group,
            version: groupVersion.version,
            resource: plural
        )
        let verbs = Set(verbs?.array?.compactMap(\.string) ?? [])
        mappings.append(
            ResourceMapping(resource: resource, groupVersionKind: kind, isNamespaced: isNamespaced, verbs: verbs)
        )
    }

    /// How a kind of this group version is reached.
    func mapping(for kind: String) -> ResourceMapping? {
        mappings.first { $0.groupVersionKind.groupVersion == groupVersion && $0.groupVersionKind.kind == kind }
    }
}

extension Discovery {
    /// What the documents of all group versions say together.
    init(_ documents: [DiscoveryDocument]) {
        let failures = documents.compactMap { document in document.failure.map { (document.groupVersion, $0) } }
        self.init(
            mappings: documents.flatMap(\.mappings),
            failures: Dictionary(failures) { first, _ in first }
        )
    }
}

extension GroupVersionKind {
    /// A kind with group and version from a node where an empty one means the same as around it.
    init(_ kind: String, in fields: Value?, default enclosing: GroupVersion) {
        let group = fields?["group"]?.string ?? ""
        let version = fields?["version"]?.string ?? ""
        self.init(
            group: group.isEmpty ? enclosing.group : group,
            version: version.isEmpty ? enclosing.version : version,
            kind: kind
        )
    }
}
