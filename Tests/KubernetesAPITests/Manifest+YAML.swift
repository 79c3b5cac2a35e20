@testable import KubernetesAPI
import Manifests

extension Value {
    /// The node of a YAML text.
    init(yaml text: String) throws {
        self = try YAML.documents(in: Array(text.utf8), file: "test.yaml").first?.value ?? .null
    }
}

extension Manifest {
    /// The manifest of a YAML text.
    init(yaml text: String) throws {
        try self.init(Value(yaml: text))
    }

    /// A small ConfigMap.
    static func configMap(_ name: String, namespace: String = "default", data: [String: String] = ["a": "1"]) throws
        -> Manifest
    {
        var manifest = try Manifest(
            yaml: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name), namespace: \(namespace)}"
        )
        for (key, value) in data.sorted(by: { $0.key < $1.key }) {
            try manifest.set(.string(value), at: ["data", key])
        }
        return manifest
    }
}

/// What a test expects to be there is not.
struct Missing: Error {
    let what: String
}

extension LiveResource {
    /// The object of a YAML text.
    init(yaml text: String) throws {
        guard let resource = LiveResource(try Value(yaml: text)) else { throw Missing(what: text) }
        self = resource
    }
}

extension ResourceMapping {
    /// A mapping that needs no discovery.
    init(_ apiVersion: String, _ kind: String, _ plural: String, isNamespaced: Bool = true) {
        let version = GroupVersion(apiVersion: apiVersion) ?? GroupVersion(group: "", version: "")
        self.init(
            resource: GroupVersionResource(group: version.group, version: version.version, resource: plural),
            groupVersionKind: GroupVersionKind(group: version.group, version: version.version, kind: kind),
            isNamespaced: isNamespaced,
            verbs: ["get", "list"]
        )
    }

    static let configMaps = ResourceMapping("v1", "ConfigMap", "configmaps")
    static let secrets = ResourceMapping("v1", "Secret", "secrets")
    static let deployments = ResourceMapping("apps/v1", "Deployment", "deployments")
    static let namespaces = ResourceMapping("v1", "Namespace", "namespaces", isNamespaced: false)
}
