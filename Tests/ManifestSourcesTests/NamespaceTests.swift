import Manifests
import ManifestSources
import TestSupport
import Testing

@Suite("The configured namespace")
struct NamespaceTests {
    @Test("LOAD-15 overrides what a manifest says, with a word about it, and fills what it leaves out")
    func overrides() throws {
        let loaded = try load(
            "\(configMap("a", metadata: "namespace: other"))---\n\(configMap("b"))",
            namespace: "shop"
        )
        #expect(loaded.manifests.map(\.key.description) == [":ConfigMap:shop:a", ":ConfigMap:shop:b"])
        #expect(
            loaded.manifests.map(\.object)
                == ["a", "b"].map { name in
                    [
                        "apiVersion": "v1", "kind": "ConfigMap",
                        "metadata": ["name": .string(name), "namespace": "shop"],
                    ]
                }
        )
        #expect(
            loaded.warnings
                == ["a.yaml:1:1: ConfigMap/a: its namespace \"other\" is replaced by the configured \"shop\""]
        )
    }

    @Test("ARGV-08 is set on a manifest that has none")
    func sets() throws {
        let loaded = try load(configMap("a"), namespace: "shop")
        #expect(loaded.manifests.map(\.key.description) == [":ConfigMap:shop:a"])
        #expect(loaded.warnings == [])
    }

    @Test("LOAD-16 is not set on a kind without namespaces, and what Git has there is left out")
    func clusterScoped() throws {
        let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: "
        let loaded = try load("\(role)reader\n---\n\(role)writer\n  namespace: x\n", namespace: "shop")
        #expect(
            loaded.manifests.map(\.key.description)
                == ["rbac.authorization.k8s.io:ClusterRole::reader", "rbac.authorization.k8s.io:ClusterRole::writer"]
        )
        #expect(loaded.manifests.allSatisfy { $0[path: "metadata", "namespace"] == nil })
        #expect(
            loaded.warnings
                == ["a.yaml:6:1: ClusterRole/writer: belongs to no namespace; its namespace \"x\" is left out"]
        )
    }

    @Test("is not set on custom resources whose definition in the same load says so")
    func definitions() throws {
        let text = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.acme.io}
            spec: {group: acme.io, scope: Cluster, names: {kind: Widget}}
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: gadgets.acme.io}
            spec: {group: acme.io, scope: Namespaced, names: {kind: Gadget}}
            ---
            {apiVersion: acme.io/v1, kind: Widget, metadata: {name: w}}
            ---
            {apiVersion: acme.io/v1, kind: Gadget, metadata: {name: g}}
            """
        #expect(
            try load(text, namespace: "shop").manifests.suffix(2).map(\.key.description)
                == ["acme.io:Widget::w", "acme.io:Gadget:shop:g"]
        )
    }

    @Test("leaves manifests alone when there is none")
    func none() throws {
        let text = "\(configMap("a", metadata: "namespace: other"))---\n\(configMap("b"))"
        for namespace in [nil, ""] {
            let loaded = try load(text, namespace: namespace)
            #expect(loaded.manifests.map(\.key.description) == [":ConfigMap:other:a", ":ConfigMap::b"])
            #expect(loaded.warnings.isEmpty)
        }
    }

    @Test("may make two manifests the same object, which is refused")
    func collision() throws {
        let text = "\(configMap("a", metadata: "namespace: eu"))---\n\(configMap("a", metadata: "namespace: us"))"
        let error = #expect(throws: ManifestSourceError.self) { try load(text, namespace: "shop") }
        #expect(error?.problems == ["a.yaml:7:1: ConfigMap/shop/a is already defined at a.yaml:1:1; remove one"])
    }

    private func load(_ text: String, namespace: String?) throws -> LoadedManifests {
        try withTemporaryDirectory { directory in
            try TestFiles.write(text, to: "\(directory)/a.yaml")
            return try PlainFiles.load(LoadRequest(directory: directory, namespace: namespace))
        }
    }
}
