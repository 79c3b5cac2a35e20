import Manifests
import Testing

@Suite("The order of manifests")
struct ManifestOrderTests {
    @Test("LOAD-14 follows the annotation; what is no integer counts as 0, and equal ones keep their places")
    func order() throws {
        let orders: [(String, String?)] = [("a", "5"), ("b", "-1"), ("c", nil), ("d", "abc"), ("e", "+1"), ("f", " 2")]
        let manifests = try orders.map { try manifest("ConfigMap", $0, order: $1) }
        #expect(manifests.sortedByOrder().map(\.name) == ["b", "c", "d", "f", "e", "a"])
    }

    @Test("is stable in long lists too")
    func stable() throws {
        let manifests = try (0..<200).map {
            try manifest("ConfigMap", "c\($0)", order: $0.isMultiple(of: 2) ? "1" : nil)
        }
        let names = manifests.sortedByOrder().map(\.name)
        #expect(
            names == (0..<200).filter { !$0.isMultiple(of: 2) }.map { "c\($0)" }
                + stride(from: 0, to: 200, by: 2).map { "c\($0)" }
        )
    }

    @Test("puts the annotation before the phase of the kind")
    func batches() throws {
        let manifests = [
            try manifest("Deployment", "web", apiVersion: "apps/v1"),
            try manifest("Widget", "w", apiVersion: "acme.io/v1"),
            try manifest("Service", "web"), try manifest("ConfigMap", "b"), try manifest("Namespace", "shop"),
            try manifest("Secret", "a"), try manifest("Job", "first", apiVersion: "batch/v1", order: "-1"),
            try manifest("Namespace", "late", order: "3"),
        ]
        #expect(
            manifests.applyBatches().map { $0.map(\.name) }
                == [["first"], ["shop"], ["b", "a"], ["web"], ["web"], ["w"], ["late"]]
        )
        #expect([Manifest]().applyBatches().isEmpty)
    }

    @Test(
        "puts each kind into its phase",
        arguments: [
            ("", "Namespace", .namespaces), ("apiextensions.k8s.io", "CustomResourceDefinition", .definitions),
            ("storage.k8s.io", "StorageClass", .classesAndLimits), ("", "ServiceAccount", .accounts),
            ("rbac.authorization.k8s.io", "RoleBinding", .accounts), ("", "Secret", .configuration),
            ("", "PersistentVolumeClaim", .volumes), ("", "Service", .services), ("apps", "StatefulSet", .workloads),
            ("batch", "CronJob", .workloads), ("policy", "PodDisruptionBudget", .exposure),
            ("networking.k8s.io", "Ingress", .exposure), ("networking.istio.io", "VirtualService", .others),
            ("acme.io", "Deployment", .others), ("apiregistration.k8s.io", "APIService", .admission),
            ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", .admission),
        ] as [(String, String, InstallPhase)]
    )
    func phases(group: String, kind: String, phase: InstallPhase) {
        #expect(InstallPhase(GroupKind(group: group, kind: kind)) == phase)
    }

    @Test("has its phases in the order in which they are written")
    func ascending() {
        #expect(InstallPhase.allCases == InstallPhase.allCases.sorted())
        #expect(InstallPhase.namespaces < .workloads && .workloads < .admission)
    }

    @Test("tells when two manifests are the same object")
    func duplicates() {
        let text = """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}
            ---
            {apiVersion: apps/v1beta1, kind: deployment, metadata: {name: web, namespace: default}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}
            """
        let manifests = ManifestParser.parse(Array(text.utf8), file: "a.yaml").manifests
        #expect(
            manifests.duplicates().map(\.description) == [
                "a.yaml:3:1: deployment/default/web is already defined at a.yaml:1:1; remove one",
                "a.yaml:7:1: Deployment/web is already defined at a.yaml:1:1; remove one",
            ]
        )
    }

    private func manifest(
        _ kind: String,
        _ name: String,
        apiVersion: String = "v1",
        order: String? = nil
    ) throws -> Manifest {
        var manifest = try Manifest([
            "apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": ["name": .string(name)],
        ])
        if let order { manifest.setAnnotation("pipecd.dev/order", order) }
        return manifest
    }
}
