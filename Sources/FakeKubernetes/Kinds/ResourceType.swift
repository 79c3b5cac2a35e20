import Manifests

/// A group and the plural name of a type in it, whatever the version.
struct GroupResource: Sendable, Hashable, Comparable, CustomStringConvertible {
    let group: String
    let resource: String

    /// The form of error messages: `configmaps`, `deployments.apps`.
    var description: String { group.isEmpty ? resource : "\(resource).\(group)" }

    static func < (left: GroupResource, right: GroupResource) -> Bool {
        (left.group, left.resource) < (right.group, right.resource)
    }
}

/// A type of object that the server stores: its names, its versions, and what can be done with it.
struct ResourceType: Sendable {
    /// What marks a type out beside its names.
    enum Trait: String, Sendable {
        /// The server counts changes of the specification in `metadata.generation`.
        case generation
        /// PUT on an absent object makes it.
        case createOnUpdate
        /// Objects are listed and read, never written by clients.
        case readOnly
    }

    var group: String
    /// The served versions, the preferred one first.
    var versions: [String]
    var kind: String
    var plural: String
    var singular: String
    var isNamespaced: Bool
    var shortNames: [String] = []
    var categories: [String] = []
    var subresources: [String] = []
    var traits: Set<Trait> = []
    /// What a CustomResourceDefinition says about this type; `nil` for built-in types.
    var custom: CustomType?

    var groupResource: GroupResource { GroupResource(group: group, resource: plural) }

    var groupKind: GroupKind { GroupKind(group: group, kind: kind) }

    var listKind: String { custom?.listKind ?? "\(kind)List" }

    var hasStatus: Bool { subresources.contains("status") }

    var verbs: [String] {
        guard !traits.contains(.readOnly) else { return ["get", "list", "watch"] }
        let all = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
        return kind == "Namespace" && group.isEmpty ? all.filter { $0 != "deletecollection" } : all
    }

    /// The `apiVersion` of this type in one of its versions.
    func apiVersion(_ version: String) -> String {
        GroupVersion(group: group, version: version).description
    }
}

/// What a CustomResourceDefinition adds to a type.
struct CustomType: Sendable {
    /// One version of a custom type.
    struct Version: Sendable {
        var schema: Schema
        var openAPI: Value
        var columns: [Value]
    }

    var listKind: String
    var storageVersion: String
    var versions: [String: Version]
    /// Where the scale subresource finds its numbers.
    var scale: Value?
}
