import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite("A reflector", .timeLimit(.minutes(5)))
struct ReflectorTests {
    private static let path = "/api/v1/namespaces/default/configmaps"

    private static func word(_ change: ResourceChange?) -> String {
        switch change {
        case .synced(let resources): (["synced"] + resources.map(\.key.name).sorted()).joined(separator: " ")
        case .added(let resource): "added \(resource.key.name)"
        case .modified(let resource): "modified \(resource.key.name)"
        case .deleted(let key, _): "deleted \(key.name)"
        case nil: "end"
        }
    }

    private static func words(_ count: Int, _ changes: inout Reflector.Iterator) async throws -> [String] {
        var words: [String] = []
        for _ in 0..<count { words.append(word(try await changes.next())) }
        return words
    }

    private static func create(_ names: String..., in cluster: FakeCluster) {
        for name in names {
            cluster.perform("POST", path, ["metadata": ["name": .string(name)], "data": ["a": "1"]])
        }
    }

    private static func changes(_ client: ClusterClient) -> Reflector.Iterator {
        client.reflector(.configMaps, namespace: "default").makeAsyncIterator()
    }

    /// A reflector for which seconds pass between any two looks at the time.
    private static func slowly(_ client: ClusterClient) -> Reflector {
        let (start, looks) = (ContinuousClock.now, Lock(0))
        var reflector = client.reflector(.configMaps)
        reflector.now = {
            let look = looks.withLock { looks in
                looks += 1
                return looks
            }
            return start + .seconds(2 * look)
        }
        return reflector
    }

    /// Deletes `a`, changes `b`, makes `d` and leaves `c`.
    private static func change(_ cluster: FakeCluster) {
        cluster.perform("DELETE", "\(path)/a")
        let patch: Value = ["data": ["a": "2"]]
        cluster.perform("PATCH", "\(path)/b", patch, contentType: "application/merge-patch+json")
        create("d", in: cluster)
    }

    @Test("tells what is there, then every change")
    func changes() async throws {
        try await withClient { cluster, client in
            Self.create("a", "b", "c", in: cluster)
            var changes = Self.changes(client)
            let all = Self.word(try await changes.next())
            #expect(all.hasPrefix("synced a b c"))
            Self.change(cluster)
            #expect(try await Self.words(3, &changes) == ["deleted a", "modified b", "added d"])
            #expect(cluster.paths == ["GET \(Self.path)", "GET \(Self.path)"])
        }
    }

    @Test(
        "lists again when the server has forgotten, and tells the differences only",
        arguments: [Fault.Effect.expired, .status(code: 410, reason: "Expired", message: "too old")]
    )
    func relist(effect: Fault.Effect) async throws {
        let waits = RecordedWaits()
        try await withClient(waits: waits) { cluster, client in
            Self.create("a", "b", "c", in: cluster)
            var changes = Self.changes(client)
            _ = try await changes.next()
            Self.change(cluster)
            cluster.inject(Fault(effect, verbs: [.watch], times: 1))
            #expect(try await Self.words(3, &changes) == ["deleted a", "modified b", "added d"])
            Self.create("e", in: cluster)
            #expect(try await Self.words(1, &changes) == ["added e"])
            #expect(cluster.requests.count { !$0.query.contains("watch=1") } == 2)
            #expect(waits.all == [.milliseconds(800)])
        }
    }

    @Test("loses nothing when all history is gone in the middle of a watch")
    func compaction() async throws {
        try await withClient { cluster, client in
            Self.create("a", "b", "c", in: cluster)
            var changes = Self.changes(client)
            _ = try await changes.next()
            Self.create("x", in: cluster)
            #expect(try await Self.words(1, &changes) == ["added x"])
            cluster.expireEverything()
            Self.change(cluster)
            #expect(try await Self.words(3, &changes) == ["deleted a", "modified b", "added d"])
        }
    }

    @Test("waits for a cluster that is away, longer each time, and goes on where it was")
    func away() async throws {
        let waits = RecordedWaits()
        try await withFakeCluster("osaka") { cluster in
            let engine = HTTPEngine()
            defer { engine.close() }
            var policy = waits.policy
            policy.sleep = { [record = policy.sleep] wait in
                try await record(wait)
                if waits.all.count == 7 { try await cluster.comeBack() }
            }
            let configuration = try cluster.configuration()
            let options = ClusterClient.Options(retry: policy)
            let client = ClusterClient(target: "osaka", configuration: configuration, engine: engine, options: options)
            Self.create("a", "b", "c", in: cluster)
            var changes = Self.changes(client)
            _ = try await changes.next()
            await cluster.goDown()
            Self.change(cluster)
            #expect(try await Self.words(3, &changes) == ["deleted a", "modified b", "added d"])
            #expect(waits.all == [0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30].map { .milliseconds(Int($0 * 1000)) })
            #expect(cluster.requests.count { !$0.query.contains("watch=1") } == 1)
        }
    }

    @Test(
        "tries again after what may pass",
        arguments: [Fault.Effect.resetBefore, .status(code: 503, reason: "ServiceUnavailable", message: "starting")]
    )
    func transient(effect: Fault.Effect) async throws {
        let waits = RecordedWaits()
        try await withClient(waits: waits) { cluster, client in
            var changes = Self.changes(client)
            _ = try await changes.next()
            cluster.inject(Fault(effect, verbs: [.watch], times: 2))
            Self.create("a", in: cluster)
            #expect(try await Self.words(1, &changes) == ["added a"])
            #expect(waits.all == [.milliseconds(800), .milliseconds(1600)])
        }
    }

    @Test("watches again from the last version it heard of, without a wait, unless it heard nothing")
    func normalEnd() async throws {
        let waits = RecordedWaits()
        let list = #"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"5"},"items":[]}"#
        let added = #"{"type":"ADDED","object":{"metadata":{"name":"a","namespace":"n","resourceVersion":"6"}}}"# + "\n"
        let bookmark = #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}"# + "\n"
        try await withScriptedServer { _, number in
            switch number {
            case 0: .respond(200, list)
            case 1: .stream([added, bookmark], isComplete: true)
            case 2: .stream([], isComplete: true)
            default: .respond(403, #"{"kind":"Status","apiVersion":"v1","reason":"Forbidden","code":403}"#)
            }
        } _: { server, _ in
            let engine = HTTPEngine()
            defer { engine.close() }
            let options = ClusterClient.Options(retry: waits.policy)
            let configuration = try server.configuration
            let client = ClusterClient(target: "osaka", configuration: configuration, engine: engine, options: options)
            var changes = Self.slowly(client).makeAsyncIterator()
            #expect(try await Self.words(2, &changes) == ["synced", "added a"])
            #expect(waits.all.isEmpty)
            let error = await #expect(throws: APIError.self) { try await changes.next() }
            guard case .forbidden = error?.reason else { return unexpected(error) }
            #expect(waits.all == [.milliseconds(800)])
            let watches = server.requests.dropFirst()
            #expect(watches.map { $0.contains("resourceVersion=5&") } == [true, false, false])
            #expect(watches.map { $0.contains("resourceVersion=9&") } == [false, true, true])
            #expect(watches.allSatisfy { $0.contains("watch=1&allowWatchBookmarks=true&") })
            let seconds = watches.compactMap { Int($0.split(separator: "timeoutSeconds=").last ?? "") }
            #expect(seconds.count == 3 && seconds.allSatisfy { (300...600).contains($0) })
        }
    }

    private static let list = #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"5"},"items":[]}"#

    @Test("lets time pass between watches that end at once, even when each of them says something")
    func cutShort() async throws {
        let waits = RecordedWaits()
        let bookmark = #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}"# + "\n"
        try await withScriptedServer(options: ClusterClient.Options(retry: waits.policy)) { _, number in
            switch number {
            case 0: .respond(200, Self.list)
            case 1...3: .stream([bookmark], isComplete: true)
            default: .respond(403, #"{"kind":"Status","apiVersion":"v1","reason":"Forbidden","code":403}"#)
            }
        } _: { _, client in
            let now = ContinuousClock.now
            var reflector = client.reflector(.configMaps)
            reflector.now = { now }
            var changes = reflector.makeAsyncIterator()
            _ = try await changes.next()
            await #expect(throws: APIError.self) { try await changes.next() }
            #expect(waits.all == [800, 1600, 3200].map { .milliseconds($0) })
        }
    }

    @Test("lists again after a line that is no event, which may be a different one the next time")
    func malformed() async throws {
        let waits = RecordedWaits()
        let added = #"{"type":"ADDED","object":{"metadata":{"name":"a","namespace":"n","resourceVersion":"6"}}}"# + "\n"
        try await withScriptedServer(options: ClusterClient.Options(retry: waits.policy)) { _, number in
            switch number {
            case 0, 2: .respond(200, Self.list)
            case 1: .stream(["<html>\n"], isComplete: true)
            default: .stream([added], isComplete: true)
            }
        } _: { server, client in
            var changes = Self.slowly(client).makeAsyncIterator()
            let words = try await Self.words(2, &changes)
            #expect(words == ["synced", "added a"])
            #expect(waits.all == [.milliseconds(800)])
            #expect(server.requests.count == 4)
        }
    }

    /// What is wrong at first, and put right while the reflector waits.
    enum Obstacle: CaseIterable {
        case authority
        case token
    }

    @Test("waits for certificates and credentials that are not there yet", arguments: Obstacle.allCases)
    func renewed(obstacle: Obstacle) async throws {
        try await withClient { cluster, other in
            try await withTemporaryDirectory { directory in
                var configuration = try cluster.configuration(.token)
                guard case .token(let token) = configuration.credentials else { throw Missing(what: "a token") }
                let authority = String(decoding: try #require(configuration.tls.certificateAuthority), as: UTF8.self)
                let path = "\(directory)/file"
                switch obstacle {
                case .authority:
                    let identity = try #require(try cluster.configuration().tls.clientIdentity)
                    configuration.tls.certificateAuthority = identity.certificate
                    configuration.tls.paths.certificateAuthority = path
                case .token: configuration.credentials = .tokenFile(path: path)
                }
                let waits = RecordedWaits()
                var options = ClusterClient.Options(retry: waits.policy)
                options.credentials.clock = SetClock().clock
                options.retry.sleep = { [record = waits.policy.sleep] wait in
                    try await record(wait)
                    if waits.all.count == 2 { try TestFiles.write(obstacle == .token ? token : authority, to: path) }
                }
                let client = ClusterClient(
                    target: "osaka",
                    configuration: configuration,
                    engine: other.engine,
                    options: options
                )
                var changes = Self.changes(client)
                #expect(try await Self.words(1, &changes).first?.hasPrefix("synced") == true)
                #expect(waits.all == [.milliseconds(800), .milliseconds(1600)])
            }
        }
    }

    @Test(
        "ends with what cannot heal, once",
        arguments: [
            (403, "Forbidden"), (401, "Unauthorized"), (404, "NotFound"), (400, "BadRequest"), (501, "NotImplemented"),
        ],
        [Fault.Verb.list, .watch]
    )
    func refused(status: (Int, String), verb: Fault.Verb) async throws {
        let waits = RecordedWaits()
        try await withClient(waits: waits) { cluster, client in
            let effect = Fault.Effect.status(code: status.0, reason: status.1, message: "no")
            cluster.inject(Fault(effect, verbs: [verb], resource: "configmaps"))
            var changes = Self.changes(client)
            if verb == .watch { _ = try await changes.next() }
            await #expect(throws: APIError.self) { try await changes.next() }
            #expect(try await changes.next() == nil)
            #expect(waits.all.isEmpty)
        }
    }

    @Test("ends at once when cancelled, whatever it waits for", arguments: [Fault.Verb.list, .watch, .get])
    func cancelled(stalled: Fault.Verb) async throws {
        try await withClient { cluster, client in
            cluster.inject(Fault(.stall, verbs: [stalled], resource: "configmaps"))
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for try await _ in client.reflector(.configMaps) {} }
                await cluster.wait { seen in
                    switch stalled {
                    case .list: !seen.requests.isEmpty
                    case .watch: seen.requests.count == 2
                    default: seen.openWatches == 1
                    }
                }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
            await cluster.wait { $0.openWatches == 0 }
        }
    }

    @Test("ends at once when cancelled between two tries")
    func cancelledPause() async throws {
        let (pauses, pause) = AsyncStream<Void>.makeStream()
        try await withClient { cluster, other in
            var policy = RetryPolicy()
            policy.sleep = { _ in
                pause.yield()
                try await Task.sleep(for: .seconds(3600))
            }
            let options = ClusterClient.Options(retry: policy)
            let configuration = try cluster.configuration()
            let client = ClusterClient(
                target: "osaka",
                configuration: configuration,
                engine: other.engine,
                options: options
            )
            await cluster.goDown()
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for try await _ in client.reflector(.configMaps) {} }
                for await _ in pauses { break }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
        }
    }
}
