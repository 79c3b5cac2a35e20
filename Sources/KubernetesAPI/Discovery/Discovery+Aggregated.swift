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

    /// Reads the group versions of one answer, in each group the preferred one first.
    static func read(_ list: Value) -> [DiscoveryDocument] {
        (list["items"]?.array ?? []).flatMap { group in
            let name = group[path: "metadata", "name"]?.string ?? ""
            return (group["versions"]?.array ?? []).map { read($0, group: name) }
        }
    }

    private static func read(_ version: Value, group: String) -> DiscoveryDocument {
        let groupVersion = GroupVersion(group: group, version: version["version"]?.string ?? "")
        guard version["freshness"] != "Stale" else {
            return DiscoveryDocument(groupVersion, failure: "the server that serves it does not answer")
        }
        var document = DiscoveryDocument(groupVersion)
        for resource in version["resources"]?.array ?? [] {
            guard let plural = resource["resource"]?.string, let kind = resource[path: "responseKind", "kind"]?.string
            else { continue }
            document.add(
                plural,
                kind: GroupVersionKind(kind, in: resource["responseKind"], default: groupVersion),
                isNamespaced: resource["scope"] == "Namespaced",
                verbs: resource["verbs"]
            )
        }
        return document
    }
}
