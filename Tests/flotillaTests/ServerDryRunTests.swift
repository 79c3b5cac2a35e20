import FakeKubernetes
import Manifests
import TestSupport
import Testing

@Suite("A dry run that asks the clusters", .timeLimit(.minutes(5)))
struct ServerDryRunTests {
    private func arguments(_ cluster: FakeCluster, in directory: String, application: String) throws -> [String] {
        let path = "\(directory)/\(cluster.name)"
        try TestFiles.write(cluster.kubeconfigText(), to: path)
        return ["stage", "K8S_PRIMARY_ROLLOUT", application, "--kubeconfig", path, "--commit", "c0ffee2"]
    }

    /// Writes an application of two objects.
    private func writeApplication(image: String, token: String, to directory: String) throws -> String {
        let path = "\(directory)/app"
        let application = """
            apiVersion: pipecd.dev/v1beta1
            kind: Application
            spec:
              name: orders
              plugins: {kubernetes_multicluster: {input: {namespace: orders, autoCreateNamespace: true}}}
            """
        let manifests = """
            apiVersion: v1
            kind: Secret
            metadata: {name: orders-db}
            stringData: {token: \(token)}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: orders}
            spec:
              selector: {matchLabels: {app: orders}}
              template:
                metadata: {labels: {app: orders}}
                spec: {containers: [{name: web, image: "\(image)"}]}
            """
        try TestFiles.write(application, to: "\(path)/app.pipecd.yaml")
        try TestFiles.write(manifests, to: "\(path)/orders.yaml")
        return path
    }

    @Test("says what each object would become and which fields would change, and changes nothing")
    func answers() async throws {
        try await withTemporaryDirectory { directory in
            try await withFakeCluster("eu") { cluster in
                let application = try writeApplication(image: "shop/orders:1", token: "hunter1", to: directory)
                let arguments = try arguments(cluster, in: directory, application: application)
                let first = try await Binary.run(arguments + ["--dry-run=server"])
                #expect(first.code == 0, "\(first)")
                #expect(
                    first.output.contains(
                        "Deployment/orders/orders: created (the plan itself makes namespace \"orders\")"
                    ),
                    "\(first.output)"
                )
                #expect(cluster.object("/api/v1/namespaces/orders") == nil)

                #expect(try await Binary.run(arguments).code == 0)
                _ = try writeApplication(image: "shop/orders:2", token: "hunter2", to: directory)
                let path = "/apis/apps/v1/namespaces/orders/deployments/orders"
                let before = cluster.object(path)?[path: "metadata", "resourceVersion"]
                let second = try await Binary.run(arguments + ["--dry-run=server", "-o", "json"])
                #expect(cluster.object(path)?[path: "metadata", "resourceVersion"] == before)
                let steps = try Value(json: Array(second.output.utf8))["targets"]?.array?.first?["steps"]?.array ?? []
                let changes = steps.filter { $0["action"] != "waitUntilReady" }.map { $0["change"]?.string }
                #expect(changes == ["unchanged", "configured", "configured"])
                #expect(
                    steps.first { $0["resource"] == "apps:Deployment:orders:orders" }?["differences"] == [
                        [
                            "path": "spec.template.spec.containers[name=web].image", "before": "shop/orders:1",
                            "after": "shop/orders:2",
                        ]
                    ]
                )
                let secret = steps.first { $0["resource"] == ":Secret:orders:orders-db" }
                #expect(
                    secret?["differences"] == [["path": "data.token", "before": "(hidden)", "after": "(hidden)"]]
                )
                #expect(!second.output.contains("aHVudGVy") && !second.output.contains("hunter"))
            }
        }
    }

    @Test("exits 1 when a cluster would refuse an object, and says which and why")
    func refused() async throws {
        try await withTemporaryDirectory { directory in
            try await withFakeCluster("eu") { cluster in
                let application = try writeApplication(image: "shop/orders:1", token: "hunter1", to: directory)
                let arguments = try arguments(cluster, in: directory, application: application)
                #expect(try await Binary.run(arguments).code == 0)
                cluster.inject(.forbidden(verbs: [.patch], resource: "deployments"))
                let outcome = try await Binary.run(arguments + ["--dry-run=server"])
                #expect(outcome.code == 1)
                #expect(outcome.output.contains("Deployment/orders/orders: REFUSED"), "\(outcome.output)")
                #expect(outcome.output.contains("eu: apply Deployment/orders/orders: not allowed"), "\(outcome.output)")
                #expect(outcome.output.contains("Secret/orders/orders-db: unchanged"), "\(outcome.output)")
            }
        }
    }

    @Test("needs clusters to ask")
    func offline() async throws {
        let outcome = try await Binary.run(
            "stage",
            "K8S_PRIMARY_ROLLOUT",
            "manifests/shop",
            "--offline",
            "eu",
            "--dry-run=server"
        )
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains("--dry-run=server asks the clusters"))
    }
}
