import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

/// Objects as other tools leave them.
enum Foreign {
    static let configMaps = "/api/v1/namespaces/default/configmaps"
    static let deployments = "/apis/apps/v1/namespaces/default/deployments"
    static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    /// A ConfigMap with our marks, a label `old` and the keys `a` and `old`.
    static func configMap(lastApplied isApplied: Bool = true, marks: Bool = true) throws -> Value {
        var object = try Value(
            yaml: """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: default, labels: {old: label}, annotations: {note: x}}
                data: {a: "1", old: "1"}
                """
        )
        if isApplied { try object.set("{}", at: ["metadata", "annotations", lastApplied]) }
        if marks { try object.set("piped", at: ["metadata", "labels", "pipecd.dev/managed-by"]) }
        return object
    }

    static func deployment(image: String = "shop/web:1", replicas: Int? = 1, env: [String]) throws -> Value {
        let variables = env.map { "{name: \($0), value: x}" }.joined(separator: ", ")
        return try Value(
            yaml: """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: default, annotations: {\(lastApplied): "{}"}}
                spec:
                  \(replicas.map { "replicas: \($0)" } ?? "paused: false")
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: "\(image)", env: [\(variables)]}]}
                """
        )
    }
}

extension FakeCluster {
    /// Creates an object under the name of another tool.
    func create(_ object: Value, at collection: String, by manager: String) {
        let code = perform("POST", "\(collection)?fieldManager=\(manager)", object).code
        #expect(code == 201)
    }

    /// The managers of an object's fields, with how they write.
    func managers(_ path: String) -> [String] {
        let entries = object(path)?[path: "metadata", "managedFields"]?.array ?? []
        return entries.filter { $0["subresource"] == nil }.map {
            "\($0["manager"]?.string ?? "") \($0["operation"]?.string ?? "")"
        }
    }
}

@Suite("Fields of a client-side apply", .timeLimit(.minutes(5)))
struct FieldOwnershipTests {
    private static let path = "\(Foreign.configMaps)/settings"

    @Test(
        "API-03 become ours, and those that the manifest drops go away",
        arguments: ["kubectl-client-side-apply", "kubectl", "kubectl-1.18"]
    )
    func dropped(manager: String) async throws {
        try await withClient { cluster, client in
            cluster.create(try Foreign.configMap(), at: Foreign.configMaps, by: manager)
            _ = try await client.discovery()
            cluster.clearRequests()
            let applied = try await client.apply(.configMap("settings"))
            let live = cluster.object(Self.path)
            #expect(live?["data"] == ["a": "1"])
            #expect(live?[path: "metadata", "labels"] == nil)
            #expect(live?[path: "metadata", "annotations"] == nil)
            #expect(cluster.managers(Self.path) == ["flotilla Apply"])
            #expect(applied.migration?.managers == [manager])
            #expect(applied.migration?.dropped.contains(".data.old") == true)
            #expect(applied.migration?.dropped.contains(".data.a") == false)
            #expect(cluster.paths == Array(repeating: "PATCH \(Self.path)", count: 3))
            let again = try await client.apply(.configMap("settings"))
            #expect(again.migration == nil)
            #expect(again.resource.resourceVersion == applied.resource.resourceVersion)
            #expect(cluster.paths.count == 4)
        }
    }

    @Test("API-03 become ours when the manifest changes a value, too, without a trace of the apply")
    func changed() async throws {
        try await withClient { cluster, client in
            cluster.create(try Foreign.configMap(), at: Foreign.configMaps, by: "kubectl-client-side-apply")
            let applied = try await client.apply(.configMap("settings", data: ["a": "2"]))
            let live = cluster.object(Self.path)
            #expect(live?["data"] == ["a": "2"])
            #expect(live?[path: "metadata", "annotations"] == nil)
            #expect(cluster.managers(Self.path) == ["flotilla Apply"])
            #expect(!cluster.requests.contains { $0.query.contains("force=") })
            #expect(applied.migration?.managers == ["kubectl-client-side-apply"])
            #expect(applied.takenOver.isEmpty && !applied.isNew)
        }
    }

    @Test("let an environment variable go that the manifest drops")
    func environment() async throws {
        try await withClient { cluster, client in
            cluster.create(
                try Foreign.deployment(env: ["KEEP", "DROP"]),
                at: Foreign.deployments,
                by: "kubectl-client-side-apply"
            )
            var wanted = try Manifest(Foreign.deployment(image: "shop/web:2", env: ["KEEP"]))
            wanted.remove(at: ["metadata", "annotations"])
            let applied = try await client.apply(wanted)
            let containers = cluster.object("\(Foreign.deployments)/web")?[
                path: "spec",
                "template",
                "spec",
                "containers"
            ]
            #expect(containers?.array?.count == 1)
            #expect(containers?.array?.first?["image"] == "shop/web:2")
            #expect(containers?.array?.first?["env"] == [["name": "KEEP", "value": "x"]])
            let variable = #".spec.template.spec.containers[name="web"].env[name="DROP"]"#
            let annotation = ".metadata.annotations.\(Foreign.lastApplied)"
            #expect(applied.migration?.dropped.sorted() == [annotation, variable])
        }
    }

    @Test(
        "count under these names only with our marks",
        arguments: [
            ("kubectl-create", true), ("kubectl-replace", true), ("kubectl-create", false),
            ("before-first-apply", false),
        ]
    )
    func marks(manager: String, marks: Bool) async throws {
        try await withClient { cluster, client in
            let object = try Foreign.configMap(lastApplied: false, marks: marks)
            cluster.create(object, at: Foreign.configMaps, by: manager)
            try await applyMarked(client)
            #expect((cluster.object(Self.path)?[path: "data", "old"] == nil) == marks)
            #expect(cluster.managers(Self.path).contains("\(manager) Update") == !marks)
        }
    }

    @Test(
        "are left to whoever writes on its own account",
        arguments: [
            "argocd-controller", "argocd-application-controller", "helm", "Helm", "flux", "kustomize-controller",
            "kube-controller-manager",
        ]
    )
    func controllers(manager: String) async throws {
        try await withClient { cluster, client in
            cluster.create(try Foreign.configMap(), at: Foreign.configMaps, by: manager)
            try await applyMarked(client)
            #expect(cluster.object(Self.path)?["data"] == ["a": "1", "old": "1"])
            #expect(cluster.managers(Self.path).contains("\(manager) Update"))
        }
    }

    @Test("are left to kubectl edit and to plain names")
    func people() async throws {
        try await withClient { cluster, client in
            let object = try Foreign.configMap(lastApplied: false)
            for manager in ["kubectl-edit", "someone"] {
                cluster.create(object, at: Foreign.configMaps, by: manager)
                try await applyMarked(client)
                #expect(cluster.object(Self.path)?[path: "data", "old"] == "1")
                cluster.perform("DELETE", Self.path)
            }
        }
    }

    @Test("that kubectl had applied on the server become ours, too")
    func serverSide() async throws {
        try await withClient { cluster, client in
            let object = try Foreign.configMap(lastApplied: false)
            let target = "\(Self.path)?fieldManager=kubectl"
            cluster.perform("PATCH", target, object, contentType: "application/apply-patch+yaml")
            try await applyMarked(client)
            #expect(cluster.object(Self.path)?["data"] == ["a": "1"])
            #expect(cluster.managers(Self.path) == ["flotilla Apply"])
        }
    }

    @Test("that an earlier replace of ours wrote become ours, too")
    func ownUpdates() async throws {
        try await withClient { cluster, client in
            _ = try await client.replace(.configMap("settings", data: ["a": "1", "old": "1"]))
            _ = try await client.apply(.configMap("settings", data: ["a": "2"]))
            #expect(cluster.object(Self.path)?["data"] == ["a": "2"])
            #expect(cluster.managers(Self.path) == ["flotilla Apply"])
        }
    }

    @Test("API-07 that another applier shares stay with it")
    func shared() async throws {
        try await withClient { cluster, client in
            let both = try Manifest.configMap("settings", data: ["a": "1", "b": "1"])
            let target = "\(Self.path)?fieldManager=x"
            cluster.perform("PATCH", target, both.object, contentType: "application/apply-patch+yaml")
            _ = try await client.apply(both)
            let applied = try await client.apply(.configMap("settings"))
            #expect(applied.migration == nil)
            #expect(cluster.object(Self.path)?["data"] == ["a": "1", "b": "1"])
            #expect(cluster.managers(Self.path).sorted() == ["flotilla Apply", "x Apply"])
        }
    }

    @Test("are not touched by a dry run, which shows the values all the same")
    func dryRun() async throws {
        try await withClient { cluster, client in
            cluster.create(try Foreign.configMap(), at: Foreign.configMaps, by: "kubectl-client-side-apply")
            let before = cluster.object(Self.path)
            let shown = try await client.apply(
                .configMap("settings", data: ["a": "2"]),
                options: WriteOptions(dryRun: true)
            )
            #expect(shown.resource.object[path: "data", "a"] == "2")
            #expect(cluster.object(Self.path) == before)
        }
    }

    private func applyMarked(_ client: ClusterClient) async throws {
        var manifest = try Manifest.configMap("settings")
        manifest.setLabel("pipecd.dev/managed-by", "piped")
        _ = try await client.apply(manifest)
    }
}
