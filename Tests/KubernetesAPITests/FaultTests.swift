import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

/// A write of the ConfigMap `settings`, which makes its data `{"a": "2"}` or takes it away.
enum TestedWrite: String, CaseIterable, Sendable {
    case apply, create, replace, delete

    static let path = "\(Foreign.configMaps)/settings"

    /// The verb of the request that writes.
    var verb: Fault.Verb {
        switch self {
        case .apply: .patch
        case .create: .create
        case .replace: .update
        case .delete: .delete
        }
    }

    /// What lies in the cluster before, `nil` for nothing.
    func prepare(_ client: ClusterClient) async throws -> LiveResource? {
        switch self {
        case .apply: try await client.apply(.configMap("settings")).resource
        case .create: nil
        case .replace, .delete: try await client.create(.configMap("settings")).resource
        }
    }

    /// Writes; `before` is what `prepare` gave.
    func perform(_ client: ClusterClient, over before: LiveResource?) async throws {
        let manifest = try Manifest.configMap("settings", data: ["a": "2"])
        switch self {
        case .apply: _ = try await client.apply(manifest)
        case .create: _ = try await client.create(manifest)
        case .replace: _ = try await client.replace(manifest)
        case .delete: if let before { _ = try await client.delete(before) }
        }
    }

    /// Whether the object is exactly what one write makes of it: data, identity, and owner of the fields.
    func expectDone(in cluster: FakeCluster, over before: LiveResource?, sourceLocation: SourceLocation) throws {
        let live = cluster.object(Self.path)
        guard self != .delete else {
            #expect(live == nil, sourceLocation: sourceLocation)
            return
        }
        let object = try #require(live, sourceLocation: sourceLocation)
        #expect(object["data"] == ["a": "2"], sourceLocation: sourceLocation)
        if let before {
            #expect(object[path: "metadata", "uid"] == .string(before.uid), sourceLocation: sourceLocation)
        }
        let entries = object[path: "metadata", "managedFields"]?.array ?? []
        let owners = entries.map { "\($0["manager"]?.string ?? "") \($0["operation"]?.string ?? "")" }
        #expect(owners == [self == .apply ? "flotilla Apply" : "flotilla Update"], sourceLocation: sourceLocation)
    }
}

extension FakeCluster {
    /// How many writes have changed anything so far.
    var revision: Int {
        Int(object(Foreign.configMaps)?[path: "metadata", "resourceVersion"]?.string ?? "") ?? -1
    }
}

@Suite("A write that meets a fault", .timeLimit(.minutes(5)))
struct FaultTests {
    /// Faults after which the request has been executed all the same.
    static let executed: [Fault.Effect] = [
        .resetAfter, .cutInBody,
        .statusAfter(code: 504, reason: "Timeout", message: "Timeout: request did not complete"),
    ]

    /// Faults that pass.
    static let passing: [Fault.Effect] =
        executed + [
            .tooManyRequests(retryAfter: 1),
            .status(code: 500, reason: "InternalError", message: "Internal error occurred: injected"),
            .status(code: 503, reason: "ServiceUnavailable", message: "the server is starting"),
            .status(code: 504, reason: "Timeout", message: "Timeout: request did not complete"),
            .status(code: 503, reason: "ServiceUnavailable", message: "the server is starting", retryAfter: 1),
            .failedWebhook("v.example.com", cause: "connection refused"),
            .resetBefore, .goAway,
        ]

    /// Runs each write against a fault, and gives its error and how many writes changed anything.
    private static func run(
        _ effect: Fault.Effect,
        times: [Int?],
        _ check: (TestedWrite, FakeCluster, LiveResource?, (any Error)?, Int) throws -> Void
    ) async throws {
        try await withClient { cluster, client in
            _ = try await client.apply(.configMap("bystander"))
            for (write, times) in TestedWrite.allCases.flatMap({ write in times.map { (write, $0) } }) {
                let before = try await write.prepare(client)
                let revision = cluster.revision
                cluster.inject(Fault(effect, verbs: [write.verb], resource: "configmaps", times: times))
                var failure: (any Error)?
                do {
                    try await write.perform(client, over: before)
                } catch {
                    failure = error
                }
                cluster.clearFaults()
                try check(write, cluster, before, failure, cluster.revision - revision)
                cluster.perform("DELETE", TestedWrite.path)
            }
            #expect(cluster.object("\(Foreign.configMaps)/bystander")?["data"] == ["a": "1"])
        }
    }

    @Test("is done once when the fault passes", arguments: passing)
    func passes(effect: Fault.Effect) async throws {
        try await Self.run(effect, times: [1, 3]) { write, cluster, before, failure, changes in
            #expect(failure == nil, "\(write)")
            #expect(changes == 1, "\(write)")
            try write.expectDone(in: cluster, over: before, sourceLocation: #_sourceLocation)
        }
    }

    @Test("that never gets through says why, and is done once at most", arguments: passing.filter { $0 != .goAway })
    func lasts(effect: Fault.Effect) async throws {
        let isExecuted = Self.executed.contains(effect)
        try await Self.run(effect, times: [nil]) { write, cluster, before, failure, changes in
            // A create looks, and finds its own object.
            let isDone = isExecuted && write == .create
            #expect((failure as? APIError)?.isTransient == (isDone ? nil : true), "\(write)")
            #expect(changes == (isExecuted ? 1 : 0), "\(write)")
            if isExecuted {
                try write.expectDone(in: cluster, over: before, sourceLocation: #_sourceLocation)
            } else {
                #expect(cluster.object(TestedWrite.path) == before?.object, "\(write)")
            }
        }
    }

    @Test("is left alone when the server stalls and the task is cancelled", arguments: TestedWrite.allCases)
    func cancelled(write: TestedWrite) async throws {
        try await withClient { cluster, client in
            let before = try await write.prepare(client)
            cluster.clearRequests()
            cluster.inject(Fault(.stall, verbs: [write.verb]))
            let method = ["patch": "PATCH", "create": "POST", "update": "PUT"][write.verb.rawValue] ?? "DELETE"
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await write.perform(client, over: before) }
                await cluster.wait { $0.requests.contains { $0.method == method } }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
            #expect(cluster.requests.filter { $0.method == method }.count == 1)
            #expect(cluster.object(TestedWrite.path) == before?.object)
        }
    }

    @Test("is not sent again when there is no answer in time", arguments: [APICall.Verb.apply, .create])
    func timedOut(verb: APICall.Verb) async throws {
        let waits = RecordedWaits()
        try await withClient(waits: waits) { cluster, client in
            // The connection is there; the time limit is for the answer alone.
            _ = try await client.discovery()
            cluster.clearRequests()
            cluster.inject(Fault(.stall, verbs: [.patch, .create]))
            var call = try client.call(verb, .configMaps, namespace: "default", name: "settings")
            call.method = verb == .apply ? "PATCH" : "POST"
            call.timeout = .milliseconds(200)
            let stalled = call
            let error = await #expect(throws: APIError.self) { try await client.send(stalled) }
            #expect(error?.reason == .timedOut(address: "127.0.0.1:\(cluster.port)", after: .milliseconds(200)))
            #expect(waits.all.isEmpty)
            // On a busy machine it may not even have arrived.
            #expect(cluster.requests.count <= 1)
        }
    }

    @Test("raises the generation of a workload once, whatever happens on the way")
    func generation() async throws {
        try await withClient { cluster, client in
            var manifest = try Manifest(Foreign.deployment(env: ["A"]))
            manifest.remove(at: ["metadata", "annotations"])
            let uid = try await client.apply(manifest).resource.uid
            var generation = 1
            for effect in Self.passing {
                for verb in [Fault.Verb.patch, .update] {
                    generation += 1
                    try manifest.set(.int(generation), at: ["spec", "revisionHistoryLimit"])
                    cluster.inject(Fault(effect, verbs: [verb], resource: "deployments", times: 2))
                    let resource =
                        verb == .patch
                        ? try await client.apply(manifest).resource : try await client.replace(manifest).resource
                    #expect(resource.generation == generation, "\(effect)")
                    let metadata = cluster.object("\(Foreign.deployments)/web")?["metadata"]
                    #expect(metadata?["generation"]?.int == generation, "\(effect)")
                    #expect(metadata?["uid"] == .string(uid), "\(effect)")
                }
            }
        }
    }

    @Test("that others have a say in changes nothing: an apply is refused, and says whose the field is")
    func conflict() async throws {
        try await withClient { cluster, client in
            let other = try cluster.client(client.engine, manager: FieldManager(name: "hpa"))
            let theirs = try await other.apply(.configMap("settings", data: ["a": "theirs"])).resource
            for effect in [Fault.Effect.resetBefore, .resetAfter, .tooManyRequests(retryAfter: 1)] {
                cluster.inject(Fault(effect, verbs: [.patch], times: 2))
                let error = await #expect(throws: APIError.self) { try await client.apply(.configMap("settings")) }
                #expect(error?.reason == .fieldConflicts([FieldConflict(field: ".data.a", manager: "hpa")]))
                #expect(cluster.object(TestedWrite.path) == theirs.object)
            }
        }
    }

    @Test("spares an object that was made anew between the look and the delete")
    func recreatedBefore() async throws {
        try await withClient { cluster, client in
            let first = try await client.create(.configMap("settings")).resource
            let others = [
                Fault.OtherRequest("DELETE", TestedWrite.path),
                Fault.OtherRequest("POST", "\(Foreign.configMaps)?fieldManager=x", try Foreign.configMap()),
            ]
            cluster.inject(Fault(.precededBy(others), verbs: [.delete], times: 1))
            #expect(try await client.delete(first).outcome == .replaced)
            #expect(cluster.object(TestedWrite.path)?["data"] == ["a": "1", "old": "1"])
            cluster.inject(Fault(.precededBy(others), verbs: [.update], times: 1))
            let replaced = try await client.replace(.configMap("settings", data: ["a": "2"]))
            let live = try #require(cluster.object(TestedWrite.path))
            #expect(live[path: "metadata", "uid"] == .string(replaced.resource.uid))
            #expect(live["data"] == ["a": "2"])
        }
    }

    @Test("never overwrites what somebody else wrote between the look and the replace without having seen it")
    func changedBefore() async throws {
        try await withClient { cluster, client in
            _ = try await client.create(.configMap("settings"))
            let other = Fault.OtherRequest(
                "PATCH",
                "\(TestedWrite.path)?fieldManager=x",
                ["metadata": ["finalizers": ["example.com/hold"]]],
                contentType: "application/merge-patch+json"
            )
            cluster.inject(Fault(.precededBy([other]), verbs: [.update], times: 1))
            _ = try await client.replace(.configMap("settings", data: ["a": "2"]))
            let live = try #require(cluster.object(TestedWrite.path))
            #expect(live["data"] == ["a": "2"])
            #expect(live[path: "metadata", "finalizers"] == ["example.com/hold"])
        }
    }

    @Test("spares an object that was made anew while the delete waited for its next try")
    func recreated() async throws {
        try await withFakeCluster("osaka") { cluster in
            let engine = HTTPEngine()
            defer { engine.close() }
            var options = ClusterClient.Options()
            options.retry.sleep = { _ in
                cluster.perform("DELETE", TestedWrite.path)
                cluster.create(try Foreign.configMap(), at: Foreign.configMaps, by: "someone")
            }
            let client = ClusterClient(
                target: "osaka",
                configuration: try cluster.configuration(),
                engine: engine,
                options: options
            )
            let first = try await client.create(.configMap("settings")).resource
            cluster.inject(.unavailable(verbs: [.delete], times: 1))
            #expect(try await client.delete(first).outcome == .replaced)
            let live = try #require(cluster.object(TestedWrite.path))
            #expect(live[path: "metadata", "uid"] != .string(first.uid))
            #expect(live["data"] == ["a": "1", "old": "1"])
        }
    }
}
