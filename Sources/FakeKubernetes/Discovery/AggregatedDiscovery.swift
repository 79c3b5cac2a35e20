import Manifests

/// Discovery in one document: every group with its versions and resources.
struct AggregatedDiscovery: Sendable {
    private let registry: TypeRegistry
    private let version: String
    private let isCore: Bool

    /// The document for `/api` or `/apis`, in version `v2` or `v2beta1`.
    init(_ registry: TypeRegistry, version: String, isCore: Bool) {
        self.registry = registry
        self.version = version
        self.isCore = isCore
    }

    var object: Value {
        let groups = registry.groups.filter { $0.name.isEmpty == isCore }.map(group)
        return [
            "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"), "metadata": [:],
            "items": .array(groups),
        ]
    }

    private func group(_ name: String, _ types: [ResourceType]) -> Value {
        let versions: [Value] = Discovery.versions(of: types).map { version in
            let resources = types.filter { $0.versions.contains(version) }.map { resource($0, version) }
            return ["version": .string(version), "resources": .array(resources), "freshness": "Current"]
        }
        let metadata: Value =
            name.isEmpty ? ["creationTimestamp": .null] : ["name": .string(name), "creationTimestamp": .null]
        return ["metadata": metadata, "versions": .array(versions)]
    }

    private func resource(_ type: ResourceType, _ version: String) -> Value {
        var resource: Mapping = [
            "resource": .string(type.plural), "responseKind": responseKind(type.group, version, type.kind),
            "scope": type.isNamespaced ? "Namespaced" : "Cluster", "singularResource": .string(type.singular),
            "verbs": Discovery.strings(type.verbs),
        ]
        if !type.shortNames.isEmpty { resource["shortNames"] = Discovery.strings(type.shortNames) }
        if !type.categories.isEmpty { resource["categories"] = Discovery.strings(type.categories) }
        guard !type.subresources.isEmpty else { return .mapping(resource) }
        resource["subresources"] = .array(
            type.subresources.sorted().map { part in
                let kind =
                    part == "scale"
                    ? responseKind("autoscaling", "v1", "Scale") : responseKind(type.group, version, type.kind)
                return [
                    "subresource": .string(part), "responseKind": kind,
                    "verbs": Discovery.strings(Discovery.verbs(ofPart: part)),
                ]
            }
        )
        return .mapping(resource)
    }

    private func responseKind(_ group: String, _ version: String, _ kind: String) -> Value {
        ["group": .string(group), "version": .string(version), "kind": .string(kind)]
    }
}
