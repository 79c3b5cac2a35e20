/// What identifies one object inside one cluster: group, kind, namespace and name.
///
/// The version is not part of it.
public struct ResourceKey: Sendable, Hashable {
    /// The API group, empty for the core group.
    public let group: String
    /// The kind, such as `Deployment`.
    public let kind: String
    /// The namespace, `nil` when none is written and for cluster-scoped objects.
    public let namespace: String?
    /// The name.
    public let name: String

    /// A key of its four parts; an empty namespace is none.
    public init(group: String, kind: String, namespace: String?, name: String) {
        self.group = group
        self.kind = kind
        self.namespace = namespace.flatMap { $0.isEmpty ? nil : $0 }
        self.name = name
    }

    /// The group and the kind.
    public var groupKind: GroupKind { GroupKind(group: group, kind: kind) }

    /// The form in which two keys are compared: group and kind in lower case, namespace `default` as none.
    public var normalized: ResourceKey {
        ResourceKey(
            group: group.lowercased(),
            kind: kind.lowercased(),
            namespace: namespace == "default" ? nil : namespace,
            name: name
        )
    }

    /// The same object in another namespace.
    public func inNamespace(_ namespace: String?) -> ResourceKey {
        ResourceKey(group: group, kind: kind, namespace: namespace, name: name)
    }

    /// What a message calls the object: `Deployment/shop/orders`, without the namespace when there is none.
    ///
    /// Always on one line, whatever the names hold.
    public var shortDescription: String {
        [kind, namespace, name].compactMap { $0?.inOneLine() }.joined(separator: "/")
    }
}

extension ResourceKey {
    /// The form of log lines: `name="orders", kind="Deployment", namespace="shop", apiGroup="apps"`, always all four parts.
    public var labelledDescription: String {
        let parts = [("name", name), ("kind", kind), ("namespace", namespace ?? ""), ("apiGroup", group)]
        return parts.map { "\($0)=\(Value.string($1).jsonText())" }.joined(separator: ", ")
    }
}

extension ResourceKey: CustomStringConvertible {
    /// The form of the annotation `pipecd.dev/resource-key`: `apps:Deployment:shop:orders`, empty parts kept.
    public var description: String {
        "\(group):\(kind):\(namespace ?? ""):\(name)"
    }
}
