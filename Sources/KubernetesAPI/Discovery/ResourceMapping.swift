public import Manifests

/// A type of object by its REST path: group, version and plural name.
public struct GroupVersionResource: Sendable, Hashable, CustomStringConvertible {
    /// The API group, empty for the core group.
    public let group: String
    /// The version, such as `v1`.
    public let version: String
    /// The plural name, such as `deployments`.
    public let resource: String

    /// A resource by its three parts.
    public init(group: String, version: String, resource: String) {
        self.group = group
        self.version = version
        self.resource = resource
    }

    /// The form that kubectl and RBAC use: `deployments.apps`, `pods`.
    public var description: String {
        group.isEmpty ? resource : "\(resource).\(group)"
    }
}

/// How one kind is reached in one cluster, as discovery says.
public struct ResourceMapping: Sendable, Hashable {
    /// Group, version and plural name.
    public let resource: GroupVersionResource
    /// Group, version and kind.
    public let groupVersionKind: GroupVersionKind
    /// Whether its objects live in namespaces.
    public let isNamespaced: Bool
    /// What can be done with it, such as `list` and `patch`.
    public let verbs: Set<String>

    /// A mapping by its parts.
    public init(
        resource: GroupVersionResource,
        groupVersionKind: GroupVersionKind,
        isNamespaced: Bool,
        verbs: Set<String>
    ) {
        self.resource = resource
        self.groupVersionKind = groupVersionKind
        self.isNamespaced = isNamespaced
        self.verbs = verbs
    }

    /// The path of all objects, of one namespace or of one object, percent-encoded, without the server's prefix.
    ///
    /// A namespace is left out when the objects live in none.
    func path(namespace: String? = nil, name: String? = nil) -> String {
        var path = resource.group.isEmpty ? "/api" : "/apis/\(PercentEncoding.encode(resource.group))"
        path += "/\(PercentEncoding.encode(resource.version))"
        if isNamespaced, let namespace { path += "/namespaces/\(PercentEncoding.encode(namespace))" }
        path += "/\(PercentEncoding.encode(resource.resource))"
        if let name { path += "/\(PercentEncoding.encode(name))" }
        return path
    }

    /// Whether its objects hold values that nobody may see.
    var hidesValues: Bool {
        groupVersionKind.groupKind == GroupKind(kind: "Secret")
    }

    /// The key of one of its objects.
    func key(namespace: String?, name: String) -> ResourceKey {
        ResourceKey(
            group: groupVersionKind.group,
            kind: groupVersionKind.kind,
            namespace: isNamespaced ? namespace : nil,
            name: name
        )
    }
}
