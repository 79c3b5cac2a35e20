import Manifests
import TestSupport
import Testing

@testable import Rollouts

@Suite("A field that drift detection ignores")
struct IgnoredFieldTests {
    private static let cart = ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: "cart")
    private static let settings = ResourceKey(group: "", kind: "ConfigMap", namespace: nil, name: "settings")

    @Test(
        "is named by either form of a key",
        arguments: [
            ("apps/v1:Deployment:shop:cart#spec.replicas", cart, "spec.replicas"),
            ("apps:Deployment:shop:cart#spec.replicas", cart, "spec.replicas"),
            ("v1:ConfigMap:default:settings#data.a#b", settings, "data.a#b"),
            (":ConfigMap::settings#data", settings, "data"),
            ("v1:ConfigMap::settings#data", settings.inNamespace("default"), "data"),
            (
                "rbac.authorization.k8s.io/v1:ClusterRole::system:node#rules.*.verbs",
                ResourceKey(
                    group: "rbac.authorization.k8s.io",
                    kind: "ClusterRole",
                    namespace: nil,
                    name: "system:node"
                ),
                "rules.*.verbs"
            ),
        ]
    )
    func reads(text: String, key: ResourceKey, path: String) throws {
        let field = try #require(IgnoredField(text))
        #expect(field.isAbout(key) && field.path == path, "\(field)")
    }

    @Test("is about one object only")
    func isAbout() throws {
        let field = try #require(IgnoredField("apps/v1:Deployment:shop:cart#spec.replicas"))
        #expect(!field.isAbout(Self.cart.inNamespace("other")) && !field.isAbout(Self.settings))
    }

    @Test(
        "is a mistake when a part is missing",
        arguments: [
            "spec.replicas", "apps/v1:Deployment:shop:cart", "apps/v1:Deployment:cart#spec", "v1:ConfigMap::c#",
            "v1::x:y#z",
        ]
    )
    func refuses(text: String) throws {
        #expect(IgnoredField(text) == nil)
        let file = """
            apiVersion: pipecd.dev/v1beta1
            kind: Application
            spec: {driftDetection: {ignoreFields: ["v1:ConfigMap::c#data", "\(text)"]}}
            """
        let document = try #require(try YAML.documents(in: Array(file.utf8), file: "app.pipecd.yaml").first)
        let decoded = ApplicationConfiguration.decode(document, plugin: nil)
        let texts = decoded.problems.map { "\($0)" }
        #expect(texts.count == 1 && texts[0].contains("spec.driftDetection.ignoreFields[1]: must be apiVersion:kind:"))
        // A version that ran is restored in spite of it.
        let restored = ApplicationConfiguration.decode(document, plugin: nil, strictness: .restoring)
        #expect(restored.value?.ignoredFields.map(\.path) == ["data"])
    }
}
