import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Cluster client, writing", .timeLimit(.minutes(5)))
struct ClusterClientWriteTests {
    private static let path = "/api/v1/namespaces/default/configmaps"

    @Test("apply creates, leaves alone, and changes, with one request each")
    func apply() async throws {
        try await withClient { cluster, client in
            _ = try await client.discovery()
            cluster.clearRequests()
            let created = try await client.apply(.configMap("settings"))
            let unchanged = try await client.apply(.configMap("settings"))
            let changed = try await client.apply(.configMap("settings", data: ["b": "2"]))
            #expect([created.isNew, unchanged.isNew, changed.isNew] == [true, false, false])
            #expect(created.resource.resourceVersion == unchanged.resource.resourceVersion)
            #expect(changed.resource.resourceVersion != unchanged.resource.resourceVersion)
            #expect(changed.resource.object["data"] == ["b": "2"])
            #expect(cluster.paths == Array(repeating: "PATCH \(Self.path)/settings", count: 3))
            #expect(cluster.requests.allSatisfy { $0.query.contains("fieldManager=flotilla") })
            #expect(cluster.requests.allSatisfy { $0.contentType == "application/apply-patch+yaml" })
        }
    }

    @Test("apply names the owner of a field, and takes it only when told to")
    func conflict() async throws {
        try await withClient { cluster, client in
            let engine = HTTPEngine()
            let other = try cluster.client(engine, manager: FieldManager(name: "hpa"))
            _ = try await other.apply(.configMap("settings", data: ["a": "theirs"]))
            let error = await #expect(throws: APIError.self) { try await client.apply(.configMap("settings")) }
            #expect(error?.reason == .fieldConflicts([FieldConflict(field: ".data.a", manager: "hpa")]))
            #expect(
                error?.description.hasPrefix("osaka: apply ConfigMap/default/settings: .data.a is owned by \"hpa\"; ")
                    == true
            )
            let forced = try await client.apply(.configMap("settings"), options: WriteOptions(forceConflicts: true))
            #expect(forced.resource.object["data"] == ["a": "1"])
        }
    }

    @Test("a dry run shows the object and leaves no trace")
    func dryRun() async throws {
        try await withClient { cluster, client in
            let shown = try await client.apply(.configMap("settings"), options: WriteOptions(dryRun: true))
            #expect(shown.resource.object["data"] == ["a": "1"])
            _ = try await client.create(.configMap("settings"), options: WriteOptions(dryRun: true))
            #expect(cluster.object("\(Self.path)/settings") == nil)
            let live = try await client.create(.configMap("settings")).resource
            _ = try await client.delete(live, options: WriteOptions(dryRun: true))
            #expect(cluster.object("\(Self.path)/settings") != nil)
        }
    }

    @Test("API-19 apply into a namespace that is not there says so")
    func missingNamespace() async throws {
        try await withClient { _, client in
            let error = await #expect(throws: APIError.self) {
                try await client.apply(.configMap("settings", namespace: "nowhere"))
            }
            #expect(error?.reason == .namespaceNotFound("nowhere"))
        }
    }

    @Test("apply of a kind that the cluster does not have says so")
    func noMatch() async throws {
        try await withClient { _, client in
            let foo = try Manifest(yaml: "apiVersion: y.io/v1\nkind: Foo\nmetadata: {name: x, namespace: default}")
            let error = await #expect(throws: APIError.self) { try await client.apply(foo) }
            #expect(error?.reason == .noMatch(kind: "Foo", apiVersion: "y.io/v1"))
        }
    }

    @Test("API-10 a type error is not tried again")
    func typeError() async throws {
        try await withClient { cluster, client in
            _ = try await client.discovery()
            cluster.clearRequests()
            let message = "failed to create typed patch object: .spec.nope: field not declared in schema"
            cluster.inject(Fault(.status(code: 500, reason: "", message: message), verbs: [.patch]))
            let error = await #expect(throws: APIError.self) { try await client.apply(.configMap("settings")) }
            #expect(error?.description.contains(".spec.nope: field not declared in schema") == true)
            #expect(cluster.paths.count == 1)
        }
    }

    @Test("apply fills in protocols when an old server asks for them")
    func protocols() async throws {
        try await withClient { cluster, client in
            let message =
                "failed to create typed patch object: associative list with keys has an element that omits key field \"protocol\""
            let fault = Fault(.status(code: 500, reason: "", message: message), verbs: [.patch], times: 1)
            cluster.inject(fault)
            let service = try Manifest(
                yaml: """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: cart, namespace: default}
                    spec: {selector: {app: cart}, ports: [{port: 80}]}
                    """
            )
            let applied = try await client.apply(service)
            let entry = applied.resource.managedFields.first { $0["manager"] == "flotilla" }
            let ports = entry?[path: "fieldsV1", "f:spec", "f:ports"]?.mapping?.members.first?.value
            #expect(ports?["f:protocol"] != nil)
        }
    }

    @Test("a cluster-scoped object with a stray namespace is applied without it")
    func clusterScoped() async throws {
        try await withClient { cluster, client in
            let manifest = try Manifest(
                yaml: "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, namespace: stray}"
            )
            let applied = try await client.apply(manifest)
            #expect(applied.isNew && applied.resource.key.namespace == nil)
            #expect(cluster.paths.last == "PATCH /api/v1/namespaces/shop")
        }
    }

    @Test("create refuses an object that is there")
    func create() async throws {
        try await withClient { _, client in
            let created = try await client.create(.configMap("settings"))
            #expect(created.resource.object["data"] == ["a": "1"])
            let error = await #expect(throws: APIError.self) { try await client.create(.configMap("settings")) }
            #expect(error?.reason == .alreadyExists)
        }
    }

    @Test("delete takes exactly the object that was read")
    func delete() async throws {
        try await withClient { cluster, client in
            let first = try await client.create(.configMap("settings")).resource
            #expect(try await client.delete(first).outcome == .gone)
            #expect(try await client.delete(first).outcome == .alreadyGone)
            let second = try await client.create(.configMap("settings")).resource
            #expect(try await client.delete(first).outcome == .replaced)
            #expect(cluster.object("\(Self.path)/settings")?[path: "metadata", "uid"] == .string(second.uid))
        }
    }

    @Test("delete of an object with a finalizer goes on after the answer")
    func finalizer() async throws {
        try await withClient { cluster, client in
            var manifest = try Manifest.configMap("settings")
            try manifest.set(["example.com/hold"], at: ["metadata", "finalizers"])
            let live = try await client.create(manifest).resource
            #expect(try await client.delete(live, propagation: .foreground).outcome == .inProgress)
            let now = try await client.get(.configMaps, namespace: "default", name: "settings")
            #expect(now?.isTerminating == true)
            #expect(now?.finalizers.contains("example.com/hold") == true)
        }
    }

    @Test("delete needs a UID")
    func noUID() async throws {
        try await withClient { cluster, client in
            let stranger = try LiveResource(
                yaml: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: default}"
            )
            let error = await #expect(throws: APIError.self) { try await client.delete(stranger) }
            #expect(error?.description.hasSuffix("it has no UID to tell it by") == true)
            #expect(!cluster.paths.contains { $0.hasPrefix("DELETE") })
        }
    }

    @Test("API-17 warnings of the server come with the result of every write")
    func warnings() async throws {
        let object =
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"default","uid":"u"}}"#
        let header = "application/json\r\nWarning: 299 - \"old\"\r\nWarning: 299 - \"older\""
        try await withScriptedServer { request, _ in
            ScriptedServer.discovery(request) ?? .respond(200, object, type: header)
        } _: { _, client in
            let applied = try await client.apply(.configMap("settings"))
            #expect(applied.warnings == ["old", "older"])
            #expect(try await client.create(.configMap("settings")).warnings == ["old", "older"])
            #expect(try await client.replace(.configMap("settings")).warnings == ["old", "older"])
            #expect(try await client.delete(applied.resource).warnings == ["old", "older"])
        }
    }

    @Test("no value of a Secret comes into an error")
    func secrets() async throws {
        try await withClient { cluster, client in
            let secret = try Manifest(
                yaml: "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: default}\nstringData: {p: hunter2}"
            )
            _ = try await client.discovery()
            cluster.inject(Fault(.status(code: 422, reason: "Invalid", message: "data: Invalid value: \"hunter2\"")))
            let error = await #expect(throws: APIError.self) { try await client.apply(secret) }
            #expect(error?.description.contains("hunter2") == false)
            #expect(error?.description.hasPrefix("osaka: apply Secret/default/s: the server finds it invalid") == true)
        }
    }
}
