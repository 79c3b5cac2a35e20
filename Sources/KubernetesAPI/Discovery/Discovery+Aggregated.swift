import Manifests

/// The aggregated form: everything in two answers.
///
/// [Aggregated discovery](https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery)
enum AggregatedDiscovery {
    /// What we ask for: this form in either version, else the plain one.
    ///
    /// The server wants the parameters in this order.
    static let accept =
        ["v2", "v2beta1"].map { "application/json;g=apidiscovery.k8s.io;v=\($0);as=APIGroupDiscoveryList" }
        .joined(separator: ",") + ",application/json"

    /// Whether an answer has this form, by the parameters of its content type in any order.
    static func isForm(ofContentType type: String) -> Bool {
        let parameters = type.split(separator: ";").map { String($0).trimmingWhitespace() }
        return parameters.first == "application/json" && parameters.contains("g=apidiscovery.k8s.io")
            && parameters.contains("as=APIGroupDiscoveryList")
            && (parameters.contains("v=v2") || parameters.contains("v=v2beta1"))
    }

    /// Reads the groups of one answer.
    static func read(_ list: Value) -> DiscoveryParts {
        var parts = DiscoveryParts()
        for group in list["items"]?.array ?? [] {
            let name = group[path: "metadata", "name"]?.string ?? ""
            for version in group["versions"]?.array ?? [] {
                read(version, group: name, into: &parts)
            }
        }
        return parts
    }

    private static func read(_ version: Value, group: String, into parts: inout DiscoveryParts) {
        let groupVersion = GroupVersion(group: group, version: version["version"]?.string ?? "")
        guard version["freshness"] != "Stale" else {
            parts.failures[groupVersion] = "the server that serves it does not answer"
            return
        }
        for resource in version["resources"]?.array ?? [] {
            guard let plural = resource["resource"]?.string, let kind = resource[path: "responseKind", "kind"]?.string
            else { continue }
            parts.add(
                plural,
                of: groupVersion,
                kind: GroupVersionKind(kind, in: resource["responseKind"], default: groupVersion),
                isNamespaced: resource["scope"] == "Namespaced",
                verbs: resource["verbs"]
            )
        }
    }
}

/// What has been read so far.
struct DiscoveryParts: Sendable {
    var mappings: [ResourceMapping] = []
    var failures: [GroupVersion: String] = [:]

    /// Adds a resource, unless it is a subresource.
    mutating func add(
        _ plural: String,
        of groupVersion: GroupVersion,
        kind: GroupVersionKind,
        isNamespaced: Bool,
        verbs: Value?
    ) {
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

    mutating func add(_ other: DiscoveryParts) {
        mappings += other.mappings
        failures.merge(other.failures) { first, _ in first }
    }

    var discovery: Discovery { Discovery(mappings: mappings, failures: failures) }
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
