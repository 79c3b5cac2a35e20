public import Manifests

/// An object as the cluster has it.
public struct LiveResource: Sendable, Hashable {
    /// The whole object.
    public let object: Value
    /// Group, kind, namespace and name.
    public let key: ResourceKey
    /// What tells it from an earlier or later object with the same key.
    public let uid: String
    /// The version of the object; to be compared for equality only.
    public let resourceVersion: String

    /// Takes an object that a cluster sent, `nil` when it has no kind or name.
    public init?(_ object: Value) {
        guard let kind = object["kind"]?.string, !kind.isEmpty,
            let version = GroupVersion(apiVersion: object["apiVersion"]?.string ?? ""),
            let metadata = object["metadata"], let name = metadata["name"]?.string, !name.isEmpty
        else { return nil }
        self.object = object
        key = ResourceKey(group: version.group, kind: kind, namespace: metadata["namespace"]?.string, name: name)
        uid = metadata["uid"]?.string ?? ""
        resourceVersion = metadata["resourceVersion"]?.string ?? ""
    }
}

extension LiveResource {
    /// The type, in the version in which it was read.
    public var groupVersionKind: GroupVersionKind {
        let version = GroupVersion(apiVersion: object["apiVersion"]?.string ?? "")
        return GroupVersionKind(group: key.group, version: version?.version ?? "", kind: key.kind)
    }

    /// How often the desired state was changed, for kinds that count it.
    public var generation: Int? { object[path: "metadata", "generation"]?.int }

    /// The generation that the object's controller has seen, for kinds that say so.
    public var observedGeneration: Int? { object[path: "status", "observedGeneration"]?.int }

    /// Whether somebody has asked for its deletion.
    public var isTerminating: Bool { object[path: "metadata", "deletionTimestamp"]?.string != nil }

    /// What must be done before the object can go.
    public var finalizers: [String] {
        (object[path: "metadata", "finalizers"]?.array ?? []).compactMap(\.string)
    }

    /// The labels of the object itself.
    public var labels: [String: String] { strings("labels") }

    /// The annotations of the object itself.
    public var annotations: [String: String] { strings("annotations") }

    /// The objects that own it.
    public var ownerReferences: [OwnerReference] {
        (object[path: "metadata", "ownerReferences"]?.array ?? []).compactMap { OwnerReference($0) }
    }

    /// The entries of `metadata.managedFields`, one for each manager and operation.
    public var managedFields: [Value] { object[path: "metadata", "managedFields"]?.array ?? [] }

    private func strings(_ field: String) -> [String: String] {
        guard let fields = object[path: "metadata", field]?.mapping else { return [:] }
        return fields.reduce(into: [:]) { $0[$1.key] = $1.value.string }
    }
}

/// What a `metadata.ownerReferences` entry says.
public struct OwnerReference: Sendable, Hashable {
    /// The kind of the owner.
    public let kind: String
    /// The name of the owner.
    public let name: String
    /// The UID of the owner.
    public let uid: String
    /// Whether the owner is the controller.
    public let isController: Bool

    init?(_ object: Value) {
        guard let kind = object["kind"]?.string, let name = object["name"]?.string, let uid = object["uid"]?.string
        else { return nil }
        self.kind = kind
        self.name = name
        self.uid = uid
        isController = object["controller"]?.bool ?? false
    }
}

/// The objects that a list request found.
public struct ResourceList: Sendable {
    /// The objects, in the server's order.
    public var items: [LiveResource]
    /// The version of the whole list, from which a watch goes on.
    public var resourceVersion: String
}
