import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Watch", .timeLimit(.minutes(5)))
struct WatchEventsTests {
    private static func word(_ event: WatchEvent?) -> String {
        switch event {
        case .added(let resource): "added \(resource.key.name)"
        case .modified(let resource): "modified \(resource.key.name)"
        case .deleted(let resource): "deleted \(resource.key.name)"
        case .bookmark: "bookmark"
        case nil: "end"
        }
    }

    private static func event(_ type: String, _ name: String, version: Int = 1) -> String {
        #"{"type":"\#(type)","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"\#(name)","resourceVersion":"\#(version)"}}}"#
            + "\n"
    }

    @Test("shows what happens from a version on, as it happens")
    func events() async throws {
        try await withClient { _, client in
            let before = try await client.list(.configMaps)
            var events = client.watch(.configMaps, namespace: "default", from: before.resourceVersion)
                .makeAsyncIterator()
            let created = try await client.apply(.configMap("settings")).resource
            #expect(Self.word(try await events.next()) == "added settings")
            let changed = try await client.apply(.configMap("settings", data: ["b": "2"])).resource
            let event = try await events.next()
            #expect(Self.word(event) == "modified settings")
            #expect(event?.resourceVersion == changed.resourceVersion)
            _ = try await client.delete(created)
            #expect(Self.word(try await events.next()) == "deleted settings")
        }
    }

    @Test("a version that the server has forgotten is a typed error")
    func expired() async throws {
        try await withClient { cluster, client in
            let list = try await client.list(.configMaps)
            var events = client.watch(.configMaps, from: list.resourceVersion).makeAsyncIterator()
            _ = try await client.apply(.configMap("settings"))
            _ = try await events.next()
            cluster.expireEverything()
            let error = await #expect(throws: APIError.self) { while try await events.next() != nil {} }
            guard case .expired = error?.reason else { return unexpected(error) }
            #expect(error?.description.hasPrefix("osaka: watch configmaps: ") == true)
            #expect(try await events.next() == nil)
        }
    }

    @Test("a refusal comes with the first event")
    func refused() async throws {
        try await withClient { cluster, client in
            cluster.inject(.forbidden(verbs: [.watch], resource: "configmaps"))
            var events = client.watch(.configMaps, from: "1").makeAsyncIterator()
            let error = await #expect(throws: APIError.self) { try await events.next() }
            guard case .forbidden = error?.reason else { return unexpected(error) }
        }
    }

    @Test("cancelling ends it at once, on the server too")
    func cancel() async throws {
        try await withClient { cluster, client in
            let version = try await client.list(.configMaps).resourceVersion
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for try await _ in client.watch(.configMaps, from: version) {} }
                await cluster.wait { $0.openWatches > 0 }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
            await cluster.wait { $0.openWatches == 0 }
        }
    }

    @Test("leaving the loop ends it, too")
    func leave() async throws {
        try await withClient { cluster, client in
            let version = try await client.list(.configMaps).resourceVersion
            _ = try await client.apply(.configMap("settings"))
            for try await event in client.watch(.configMaps, from: version) {
                #expect(Self.word(event) == "added settings")
                break
            }
            await cluster.wait { $0.openWatches == 0 }
        }
    }

    @Test("ends as the server ends it; bookmarks count, unknown types and empty lines do not")
    func end() async throws {
        let bookmark =
            #"{"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"9"}}}"#
        let pieces =
            [Self.event("ADDED", "one"), "\n" + Self.event("NOVEL", "x"), String(bookmark.prefix(20))]
            + [String(bookmark.dropFirst(20)) + "\n"]
        try await withScriptedServer { _, _ in
            .stream(pieces, isComplete: true)
        } _: { _, client in
            var words: [String] = []
            var last = ""
            for try await event in client.watch(.configMaps, from: "1") {
                words.append(Self.word(event))
                last = event.resourceVersion
            }
            #expect(words == ["added one", "bookmark"])
            #expect(last == "9")
        }
    }

    @Test("a connection that breaks inside an event is an error, not an end")
    func broken() async throws {
        let pieces = [Self.event("ADDED", "one"), #"{"type":"ADD"#]
        for isComplete in [true, false] {
            try await withScriptedServer { _, _ in
                .stream(pieces, isComplete: isComplete)
            } _: { _, client in
                var events = client.watch(.configMaps, from: "1").makeAsyncIterator()
                let first = try await events.next()
                #expect(Self.word(first) == "added one")
                let error = await #expect(throws: APIError.self) { try await events.next() }
                guard case .connectionLost = error?.reason else {
                    return unexpected(error)
                }
            }
        }
    }

    @Test("a slow reader holds up the server, not the memory, and misses nothing")
    func slowReader() async throws {
        let padding = String(repeating: "x", count: 1000)
        let events = (0..<8000).map { Self.event("ADDED", "\(padding)\($0)", version: $0) }
        try await withScriptedServer { _, _ in
            .stream(events, isComplete: true)
        } _: { _, client in
            let stream = client.engine.stream(try await client.request(for: APICall(.watch, "x", path: "/")))
            _ = try await stream.head()
            var largest = 0
            var total = 0
            while let bytes = try await stream.next() {
                largest = max(largest, bytes.count)
                total += bytes.count
                for _ in 0..<20 { await Task.yield() }
            }
            #expect(total == events.reduce(0) { $0 + $1.utf8.count })
            #expect(largest <= 256 << 10)
        }
    }

    @Test("a reader that stands still does not stop other requests to the same cluster")
    func standstill() async throws {
        try await withClient { cluster, client in
            let version = try await client.list(.configMaps).resourceVersion
            var events = client.watch(.configMaps, from: version).makeAsyncIterator()
            let large = String(repeating: "x", count: 100_000)
            _ = try await client.apply(.configMap("first"))
            _ = try await events.next()
            for number in 0..<30 { _ = try await client.apply(.configMap("c\(number)", data: ["a": large])) }
            #expect(try await client.list(.configMaps, namespace: "default").items.count >= 31)
            var words: [String] = []
            while words.count < 30 {
                // A slow machine gives the server time for a bookmark in between.
                let word = Self.word(try await events.next())
                if word != "bookmark" { words.append(word) }
            }
            #expect(words == (0..<30).map { "added c\($0)" })
        }
    }
}
