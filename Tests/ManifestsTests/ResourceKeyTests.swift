import Manifests
import Testing

@Suite("Resource keys")
struct ResourceKeyTests {
    @Test(
        "KEY-01 to KEY-03 have a form to store, one to compare and one to read",
        arguments: [
            (
                "KEY-01", "apps/v1", "Deployment", "cart", "default", "apps:Deployment:default:cart",
                "apps:deployment::cart",
                #"name="cart", kind="Deployment", namespace="default", apiGroup="apps""#
            ),
            (
                "KEY-02", "apps/v1", "Deployment", "cart", "shop", "apps:Deployment:shop:cart",
                "apps:deployment:shop:cart",
                #"name="cart", kind="Deployment", namespace="shop", apiGroup="apps""#
            ),
            (
                "KEY-03", "rbac.authorization.k8s.io/v1", "ClusterRole", "system:cart-reader", nil,
                "rbac.authorization.k8s.io:ClusterRole::system:cart-reader",
                "rbac.authorization.k8s.io:clusterrole::system:cart-reader",
                #"name="system:cart-reader", kind="ClusterRole", namespace="", apiGroup="rbac.authorization.k8s.io""#
            ),
        ] as [KeyCase]
    )
    func forms(_ key: KeyCase) throws {
        var metadata: Value = ["name": .string(key.name)]
        metadata["namespace"] = key.namespace.map(Value.string)
        let manifest = try Manifest([
            "apiVersion": .string(key.apiVersion), "kind": .string(key.kind), "metadata": metadata,
        ])
        #expect(manifest.key.description == key.text, "\(key.id)")
        #expect(manifest.key.normalized.description == key.normalized, "\(key.id)")
        #expect(manifest.key.labelledDescription == key.labelled, "\(key.id)")
    }

    typealias KeyCase = (
        id: String, apiVersion: String, kind: String, name: String, namespace: String?, text: String,
        normalized: String,
        labelled: String
    )

    @Test("KEY-04 pair an object in the namespace default with one that names none")
    func pairsDefaultNamespace() throws {
        let old = try manifests("{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart, namespace: default}}")
        let new = try manifests("{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart}}")
        #expect(pairs(old, new) == ["apps:Deployment:default:cart -> apps:Deployment::cart"])
    }

    @Test("KEY-05 ignore the version of the API, and do not ignore the group")
    func pairsAcrossVersions() throws {
        let old = try manifests(
            """
            {apiVersion: apps/v1beta1, kind: Deployment, metadata: {name: cart}}
            ---
            {apiVersion: extensions/v1beta1, kind: Deployment, metadata: {name: pay}}
            """
        )
        let new = try manifests(
            """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: cart}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: pay}}
            """
        )
        #expect(pairs(old, new) == ["apps:Deployment::cart -> apps:Deployment::cart"])
    }

    @Test(
        "tell the built-in kinds without a namespace",
        arguments: [
            ("", "Namespace", true), ("rbac.authorization.k8s.io", "ClusterRole", true), ("", "PersistentVolume", true),
            ("storage.k8s.io", "StorageClass", true), ("apiextensions.k8s.io", "CustomResourceDefinition", true),
            ("", "ConfigMap", false), ("acme.io", "Namespace", false), ("rbac.authorization.k8s.io", "Role", false),
        ]
    )
    func scope(group: String, kind: String, isClusterScoped: Bool) {
        #expect(ResourceKey.isClusterScopedBuiltIn(GroupKind(group: group, kind: kind)) == isClusterScoped)
    }

    private func manifests(_ text: String) throws -> [Manifest] {
        let parsed = ManifestParser.parse(Array(text.utf8), file: "a.yaml")
        try #require(parsed.problems.isEmpty)
        return parsed.manifests
    }

    private func pairs(_ old: [Manifest], _ new: [Manifest]) -> [String] {
        old.flatMap { old in
            new.filter { $0.key.normalized == old.key.normalized }.map { "\(old.key) -> \($0.key)" }
        }
    }
}
