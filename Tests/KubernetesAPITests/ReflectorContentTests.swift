import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

@Suite("What a reflector keeps and tells", .timeLimit(.minutes(5)))
struct ReflectorContentTests {
    private static let path = "/api/v1/namespaces/default/configmaps"

    private static func create(_ name: String, in cluster: FakeCluster) {
        let object: Value = ["metadata": ["name": .string(name), "labels": ["app": "a"]], "data": ["a": "1"]]
        #expect(cluster.perform("POST", path, object).code == 201)
    }

    private static func objects(_ change: ResourceChange?) -> [LiveResource] {
        switch change {
        case .synced(let items): items.filter { $0.key.name != "kube-root-ca.crt" }
        case .added(let item), .modified(let item): [item]
        case .deleted, nil: []
        }
    }

    @Test("is the metadata alone, when that is asked for, of what is listed and of what is watched")
    func metadata() async throws {
        try await withClient { cluster, client in
            Self.create("a", in: cluster)
            var reflector = client.reflector(.configMaps, namespace: "default")
            reflector.content = .metadata
            var changes = reflector.makeAsyncIterator()
            let listed = Self.objects(try await changes.next())
            Self.create("b", in: cluster)
            let watched = Self.objects(try await changes.next())
            #expect(listed.map(\.key.name) == ["a"] && watched.map(\.key.name) == ["b"])
            for object in listed + watched {
                #expect(object.object.mapping?.keys == ["apiVersion", "kind", "metadata"])
                #expect(object.key.kind == "ConfigMap" && object.groupVersionKind.version == "v1")
                #expect(object.labels == ["app": "a"] && !object.uid.isEmpty)
            }
        }
    }

    @Test("is what is made of each object, page by page and event by event")
    func reduced() async throws {
        try await withClient { cluster, client in
            Self.create("a", in: cluster)
            var reflector = client.reflector(.configMaps, namespace: "default")
            reflector.reduce = { object in
                var object = object
                object["data"] = nil
                return object
            }
            var changes = reflector.makeAsyncIterator()
            let listed = Self.objects(try await changes.next())
            Self.create("b", in: cluster)
            let watched = Self.objects(try await changes.next())
            #expect((listed + watched).map(\.key.name) == ["a", "b"])
            #expect((listed + watched).allSatisfy { $0.object["data"] == nil && $0.labels == ["app": "a"] })
        }
    }

    @Test("are failures that it waits out, and that they are over, also when nothing happens then")
    func trouble() async throws {
        try await withClient { cluster, client in
            let told = Lock<[String]>([])
            var reflector = client.reflector(.configMaps, namespace: "default")
            reflector.onTrouble = { error in
                told.withLock { $0.append(error.map { "\($0.verb) \($0.isTransient)" } ?? "well") }
            }
            let busy = Fault.Effect.status(code: 503, reason: "ServiceUnavailable", message: "starting")
            cluster.inject(Fault(busy, verbs: [.watch], times: 2))
            try await withThrowingTaskGroup(of: Void.self) { [reflector] group in
                group.addTask {
                    var changes = reflector.makeAsyncIterator()
                    for _ in 0..<2 { _ = try await changes.next() }
                }
                await cluster.wait { $0.openWatches == 1 }
                Self.create("a", in: cluster)
                try await group.waitForAll()
            }
            #expect(told.withLock { $0 } == ["well", "watch true", "watch true", "well"])
        }
    }

    @Test("is no failure, when the server has forgotten what happened")
    func expired() async throws {
        try await withClient { cluster, client in
            let told = Lock(0)
            var reflector = client.reflector(.configMaps, namespace: "default")
            reflector.onTrouble = { error in if error != nil { told.withLock { $0 += 1 } } }
            var changes = reflector.makeAsyncIterator()
            _ = try await changes.next()
            cluster.inject(Fault(.expired, verbs: [.watch], times: 1))
            Self.create("a", in: cluster)
            #expect(Self.objects(try await changes.next()).map(\.key.name) == ["a"])
            #expect(told.withLock { $0 } == 0)
        }
    }
}
