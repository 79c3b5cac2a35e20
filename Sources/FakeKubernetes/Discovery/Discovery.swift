import Manifests

/// Discovery in its plain form: one document for each group version.
struct Discovery: Sendable {
    private let registry: TypeRegistry

    init(_ registry: TypeRegistry) {
        self.registry = registry
    }

    /// The document at `/api`.
    var coreVersions: Value {
        [
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"]],
        ]
    }

    /// The document at `/apis`.
    var groups: Value {
        let groups = registry.groups.filter { !$0.name.isEmpty }.map { Self.group($0.name, $0.types) }
        return ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups)]
    }

    /// One group with its versions.
    static func group(_ name: String, _ types: [ResourceType]) -> Value {
        let versions: [Value] = versions(of: types).map {
            ["groupVersion": .string("\(name)/\($0)"), "version": .string($0)]
        }
        return [
            "name": .string(name), "versions": .array(versions), "preferredVersion": versions.first ?? .null,
        ]
    }

    /// The document at `/apis/GROUP/VERSION`.
    func resources(_ group: String, _ version: String) -> Value {
        let types = registry.types.values.filter { $0.group == group && $0.versions.contains(version) }
        let resources = types.sorted { $0.plural < $1.plural }.flatMap(Self.resources)
        return [
            "kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": .string(GroupVersion(group: group, version: version).description),
            "resources": .array(resources),
        ]
    }

    private static func resources(_ type: ResourceType) -> [Value] {
        var resource: Mapping = [
            "name": .string(type.plural), "singularName": .string(type.singular),
            "namespaced": .bool(type.isNamespaced), "kind": .string(type.kind), "verbs": strings(type.verbs),
        ]
        if !type.shortNames.isEmpty { resource["shortNames"] = strings(type.shortNames) }
        if !type.categories.isEmpty { resource["categories"] = strings(type.categories) }
        let parts: [Value] = type.subresources.sorted().map { part in
            var resource: Mapping = [
                "name": .string("\(type.plural)/\(part)"), "singularName": "", "namespaced": .bool(type.isNamespaced),
            ]
            if part == "scale" {
                resource["group"] = "autoscaling"
                resource["version"] = "v1"
            }
            resource["kind"] = part == "scale" ? "Scale" : .string(type.kind)
            resource["verbs"] = strings(verbs(ofPart: part))
            return .mapping(resource)
        }
        return [.mapping(resource)] + parts
    }

    static func verbs(ofPart part: String) -> [String] {
        part == "finalize" ? ["update"] : ["get", "patch", "update"]
    }

    static func strings(_ texts: [String]) -> Value {
        .array(texts.map(Value.string))
    }

    /// The versions of a group, the preferred one first: stable before beta before alpha, higher numbers first.
    static func versions(of types: [ResourceType]) -> [String] {
        var versions: [String] = []
        for version in types.flatMap(\.versions) where !versions.contains(version) { versions.append(version) }
        return versions.sorted { rank($0) > rank($1) }
    }

    /// How far forward a version stands, such as `(stable, 2, 0)` for `v2`.
    static func rank(_ version: String) -> (Int, Int, Int) {
        guard version.first == "v" else { return (0, 0, 0) }
        let rest = version.dropFirst()
        let major = Int(rest.prefix { $0.isNumber }) ?? 0
        let stage = rest.drop { $0.isNumber }
        if stage.isEmpty { return (3, major, 0) }
        let minor = Int(stage.drop { !$0.isNumber }) ?? 0
        return (stage.hasPrefix("beta") ? 2 : 1, major, minor)
    }
}
