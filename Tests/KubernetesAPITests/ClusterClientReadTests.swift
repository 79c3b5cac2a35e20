import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Cluster client, reading", .timeLimit(.minutes(5)))
struct ClusterClientReadTests {
    private static func fill(_ cluster: FakeCluster, _ count: Int) {
        for number in 0..<count {
            let name = "c\(number)"
            let labels: Value = ["half": .string(number % 2 == 0 ? "even" : "odd")]
            let object: Value = [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "labels": labels],
                "data": ["a": "1"],
            ]
            cluster.perform("POST", "/api/v1/namespaces/default/configmaps", object)
        }
        cluster.clearRequests()
    }

    @Test("get gives an object, and nil only for one that is not there")
    func get() async throws {
        try await withClient { cluster, client in
            Self.fill(cluster, 1)
            let found = try await client.get(.configMaps, namespace: "default", name: "c0")
            #expect(found?.key == ResourceKey(group: "", kind: "ConfigMap", namespace: "default", name: "c0"))
            #expect(found?.uid.isEmpty == false)
            #expect(try await client.get(.configMaps, namespace: "default", name: "nope") == nil)
            #expect(try await client.get(.configMaps, namespace: "nowhere", name: "nope") == nil)
        }
    }

    @Test("API-11 the items of a list, which do not say their type, get that of the list")
    func types() async throws {
        let item = #"{"metadata":{"name":"one","namespace":"n"}}"#
        let list = #"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"5"},"items":[\#(item)]}"#
        try await withScriptedServer { _, _ in
            .respond(200, list)
        } _: { _, client in
            let objects = try await client.list(.configMaps).items.map(\.object)
            #expect(objects.map { $0["apiVersion"] } == ["v1"])
            #expect(objects.map { $0["kind"] } == ["ConfigMap"])
        }
    }

    @Test("API-12 a list is read page by page to the end")
    func pages() async throws {
        try await withClient { cluster, client in
            Self.fill(cluster, 10)
            let list = try await client.list(
                .configMaps,
                namespace: "default",
                selector: .everything,
                content: .whole,
                limit: 2
            )
            let names = Set(list.items.map(\.key.name))
            #expect(names.isSuperset(of: (0..<10).map { "c\($0)" }))
            #expect(names.count == list.items.count)
            #expect(!list.resourceVersion.isEmpty)
            let queries = cluster.requests.map(\.query)
            #expect(queries.count >= 5)
            #expect(queries.dropFirst().allSatisfy { $0.contains("continue=") && $0.contains("limit=2") })
            #expect(!queries.contains { $0.contains("resourceVersion") })
        }
    }

    @Test("API-13 a list that expires starts again without pages, no item twice")
    func expires() async throws {
        let page = { @Sendable (items: String, token: String) in
            #"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"5","continue":"\#(token)"},"items":[\#(items)]}"#
        }
        let one = #"{"metadata":{"name":"one","namespace":"n"}}"#
        let two = #"{"metadata":{"name":"two","namespace":"n"}}"#
        try await withScriptedServer { request, number in
            switch number {
            case 0: .respond(200, page(one, "token"))
            case 1: .respond(410, #"{"kind":"Status","apiVersion":"v1","reason":"Expired","code":410}"#)
            default: .respond(200, page("\(one),\(two)", ""))
            }
        } _: { server, client in
            let list = try await client.list(.configMaps)
            #expect(list.items.map(\.key.name) == ["one", "two"])
            #expect(server.requests.first?.hasSuffix("limit=500") == true)
            #expect(server.requests.last == "GET /api/v1/configmaps")
        }
    }

    @Test("API-13 a list is started three times at most")
    func expiresAgain() async throws {
        try await withClient { cluster, client in
            cluster.inject(Fault(.expired, verbs: [.list], times: 2))
            _ = try await client.list(.configMaps)
            #expect(cluster.requests.map { $0.query.contains("limit=") } == [true, false, false])
            cluster.clearRequests()
            cluster.inject(Fault(.expired, verbs: [.list]))
            let error = await #expect(throws: APIError.self) { try await client.list(.configMaps) }
            guard case .expired = error?.reason else { return unexpected(error) }
            #expect(cluster.requests.count == 3)
        }
    }

    @Test("API-13 a list that is forgotten between two pages is the state after that, each object once")
    func forgotten() async throws {
        try await withClient { cluster, client in
            Self.fill(cluster, 10)
            // The first page comes as it should.
            cluster.inject(Fault(.delay(0), verbs: [.list], times: 1))
            cluster.inject(Fault(.expired, verbs: [.list], times: 1))
            let list = try await client.list(
                .configMaps,
                namespace: "default",
                selector: try LabelSelector(["half": "even"]),
                content: .whole,
                limit: 2
            )
            #expect(list.items.map(\.key.name).sorted() == ["c0", "c2", "c4", "c6", "c8"])
            let queries = cluster.requests.map(\.query)
            #expect(queries.allSatisfy { $0.contains("labelSelector=half=even") })
            #expect(queries.map { $0.contains("limit=2") } == [true, true, false])
            #expect(queries.map { $0.contains("continue=") } == [false, true, false])
        }
    }

    @Test("a list whose pages are of different versions starts again without pages")
    func inconsistent() async throws {
        let page = { @Sendable (version: Int, token: String) in
            #"{"kind":"NamespaceList","metadata":{"resourceVersion":"\#(version)","continue":"\#(token)"},"items":[{"metadata":{"name":"\#(version)"}}]}"#
        }
        try await withScriptedServer { _, number in
            .respond(200, page(number, number == 0 ? "token" : ""))
        } _: { server, client in
            let list = try await client.list(.namespaces)
            #expect(list.items.map(\.key.name) == ["2"])
            #expect(list.resourceVersion == "2")
            #expect(server.requests.last == "GET /api/v1/namespaces")
        }
    }

    @Test("a list of metadata has the type of the objects, and nothing else of them", arguments: [true, false])
    func metadata(isSupported: Bool) async throws {
        let check = { (items: [LiveResource]) in
            let item = try #require(items.first { $0.key.name == "c0" })
            #expect(item.key == ResourceKey(group: "", kind: "ConfigMap", namespace: "default", name: "c0"))
            #expect(item.object.mapping?.keys.sorted() == ["apiVersion", "kind", "metadata"])
            #expect(item.object["apiVersion"] == "v1")
            #expect(item.labels == ["half": "even"])
            #expect(!item.uid.isEmpty)
        }
        if isSupported {
            try await withClient { cluster, client in
                Self.fill(cluster, 1)
                try check(try await client.listMetadata(.configMaps, namespace: "default").items)
            }
        } else {
            let object =
                #"{"metadata":{"name":"c0","namespace":"default","uid":"u","labels":{"half":"even"}},"data":{"a":"1"}}"#
            try await withScriptedServer { _, _ in
                .respond(200, #"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{},"items":[\#(object)]}"#)
            } _: { server, client in
                try check(try await client.listMetadata(.configMaps).items)
                let form = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
                #expect(server.accepts == ["\(form),application/json"])
            }
        }
    }

    @Test("an answer that is no list is refused, and is not an empty one", arguments: [true, false])
    func noList(isWhole: Bool) async throws {
        try await withScriptedServer { _, number in
            .respond(200, Self.noLists[number])
        } _: { _, client in
            for answer in Self.noLists {
                let error = await #expect(throws: APIError.self, "\(answer)") {
                    try await isWhole ? client.list(.configMaps) : client.listMetadata(.configMaps)
                }
                #expect(error.text == "osaka: list configmaps: the answer is no list")
            }
        }
    }

    private static let noLists = [
        "{}", "[]", "null", #"{"message":"signed out"}"#, #"{"items":[]}"#, #"{"kind":"Status","status":"Success"}"#,
        #"{"kind":"ConfigMap","items":[]}"#, #"{"kind":"ConfigMapList"}"#, #"{"kind":"ConfigMapList","items":{}}"#,
        #"{"kind":"ConfigMapList","items":"none"}"#,
    ]

    @Test("a list without items is empty", arguments: ["ConfigMapList", "PartialObjectMetadataList"], ["null", "[]"])
    func noItems(kind: String, items: String) async throws {
        try await withScriptedServer { _, _ in
            .respond(
                200,
                #"{"kind":"\#(kind)","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":\#(items)}"#
            )
        } _: { _, client in
            let list = try await client.listMetadata(.configMaps)
            #expect(list.items.isEmpty)
            #expect(list.resourceVersion == "7")
        }
    }

    @Test("list that never ends is refused")
    func endless() async throws {
        let page = #"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"continue":"same"},"items":null}"#
        try await withScriptedServer { _, _ in
            .respond(200, page)
        } _: { _, client in
            let error = await #expect(throws: APIError.self) { try await client.list(.configMaps) }
            #expect(error?.description.contains("same page") == true)
        }
    }

    @Test("list gives only what the selector and the namespace choose")
    func selector() async throws {
        try await withClient { cluster, client in
            Self.fill(cluster, 4)
            let even = try await client.list(.configMaps, selector: try LabelSelector(["half": "even"]))
            #expect(even.items.map(\.key.name).sorted() == ["c0", "c2"])
            #expect(try await client.list(.configMaps, namespace: "elsewhere").items.isEmpty)
        }
    }

    @Test("an answer that is none names the verb and the resource")
    func malformed() async throws {
        try await withScriptedServer { request, _ in
            .respond(200, request.contains("/secrets/x") ? "hunter2" : #"{"kind":"ConfigMap"}"#)
        } _: { _, client in
            let noObject = await #expect(throws: APIError.self) {
                try await client.get(.configMaps, namespace: "n", name: "x")
            }
            #expect(
                noObject.text == "osaka: get ConfigMap/n/x: the answer is no object with a kind and a name"
            )
            let noJSON = await #expect(throws: APIError.self) {
                try await client.get(.secrets, namespace: "n", name: "x")
            }
            #expect(noJSON.text == "osaka: get Secret/n/x: the answer is no JSON")
        }
    }

    @Test("the prefix of the server comes before every path")
    func prefix() async throws {
        try await withScriptedServer { _, _ in
            .respond(404, "404 page not found", type: "text/plain")
        } _: { server, _ in
            var configuration = try server.configuration
            configuration.server = try #require(ServerAddress("http://127.0.0.1:\(server.port)/k8s/c-1/"))
            let engine = HTTPEngine()
            let client = ClusterClient(target: "osaka", configuration: configuration, engine: engine)
            await #expect(throws: APIError.self) { try await client.discovery() }
            #expect(Set(server.requests) == ["GET /k8s/c-1/api", "GET /k8s/c-1/apis"])
        }
    }
}
