/// An API group and one of its versions, such as `apps/v1`; the core group is empty.
///
/// [Kubernetes API concepts](https://kubernetes.io/docs/reference/using-api/api-concepts/) explains the terms.
public struct GroupVersion: Sendable, Hashable, CustomStringConvertible {
    /// The API group, empty for the core group.
    public let group: String
    /// The version, such as `v1`.
    public let version: String

    /// A group and a version.
    public init(group: String, version: String) {
        self.group = group
        self.version = version
    }

    /// Reads an `apiVersion`, `nil` when it has more than one slash.
    public init?(apiVersion: String) {
        let parts = apiVersion.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let last = parts.last else { return nil }
        self.init(group: parts.count == 2 ? String(parts[0]) : "", version: String(last))
    }

    /// The `apiVersion` form: `v1`, `apps/v1`.
    public var description: String {
        group.isEmpty ? version : "\(group)/\(version)"
    }
}

/// The type of an object: group, version and kind.
public struct GroupVersionKind: Sendable, Hashable, CustomStringConvertible {
    /// The API group, empty for the core group.
    public let group: String
    /// The version, such as `v1`.
    public let version: String
    /// The kind, such as `Deployment`.
    public let kind: String

    /// A type by its three parts.
    public init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// The group and the version.
    public var groupVersion: GroupVersion { GroupVersion(group: group, version: version) }

    /// The group and the kind.
    public var groupKind: GroupKind { GroupKind(group: group, kind: kind) }

    /// The `apiVersion` and the kind: `apps/v1 Deployment`.
    public var description: String { "\(groupVersion) \(kind)" }
}

/// A type of object in any of its versions.
public struct GroupKind: Sendable, Hashable {
    /// The API group, empty for the core group.
    public let group: String
    /// The kind, such as `Deployment`.
    public let kind: String

    /// A kind of a group; the core group is empty.
    public init(group: String = "", kind: String) {
        self.group = group
        self.kind = kind
    }
}
