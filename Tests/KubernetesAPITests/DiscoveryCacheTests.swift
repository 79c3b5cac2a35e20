import Manifests
import Testing

@testable import KubernetesAPI

@Suite("What is known of a cluster's types", .timeLimit(.minutes(5)))
struct DiscoveryCacheTests {
    private static let start = ContinuousClock.now
    private static let kind = GroupKind(group: "y.io", kind: "Foo")

    private static func after(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private static func refresh(_ cache: DiscoveryCache, at second: Int) async throws -> DiscoveryCache.Round {
        try await cache.refresh(since: cache.number, at: after(second)) { ServedTypes([DiscoveryDocument]()) }
    }

    @Test("counts for ten minutes")
    func age() async throws {
        let cache = DiscoveryCache()
        #expect(cache.current(at: Self.start) == nil)
        _ = try await Self.refresh(cache, at: 0)
        #expect(cache.current(at: Self.after(599)) != nil)
        #expect(cache.current(at: Self.after(600)) == nil)
    }

    @Test("does not count any more when something new was announced since")
    func announced() async throws {
        let cache = DiscoveryCache()
        _ = try await Self.refresh(cache, at: 0)
        cache.expect(Self.kind, at: Self.after(10))
        #expect(cache.current(at: Self.after(11)) == nil)
        #expect(cache.isExpected(Self.kind))
        _ = try await Self.refresh(cache, at: 12)
        #expect(cache.current(at: Self.after(13)) != nil)
        cache.expect(nil, at: Self.after(14))
        #expect(cache.current(at: Self.after(15)) == nil)
        cache.settle(Self.kind)
        #expect(!cache.isExpected(Self.kind))
    }

    @Test("is asked for once more after the first round, then every five seconds")
    func limit() async throws {
        let cache = DiscoveryCache()
        let first = try await Self.refresh(cache, at: 0)
        #expect(cache.mayAskAgain(after: first, at: Self.after(1)))
        let second = try await Self.refresh(cache, at: 1)
        #expect(!cache.mayAskAgain(after: second, at: Self.after(5)))
        #expect(cache.mayAskAgain(after: second, at: Self.after(6)))
    }
}

@Suite("A shared fetch", .timeLimit(.minutes(5)))
struct SharedFetchTests {
    private struct Broken: Error, Equatable {}

    @Test("happens once for all who asked before it, also when it fails")
    func shared() async throws {
        let fetch = SharedFetch<String>()
        await #expect(throws: Broken.self) { try await fetch.fetch(since: 0) { throw Broken() } }
        await #expect(throws: Broken.self) { try await fetch.fetch(since: 0) { "not asked" } }
        let value = try await fetch.fetch(since: fetch.number) { "first" }
        #expect(value == "first")
        let same = try await fetch.fetch(since: 1) { "not asked" }
        #expect(same == "first")
        await #expect(throws: Broken.self) { try await fetch.fetch(since: 2) { throw Broken() } }
        #expect(fetch.value == "first")
        #expect(fetch.number == 3)
    }

    @Test("that is cancelled leaves it to the next one")
    func cancelled() async throws {
        let fetch = SharedFetch<String>()
        await #expect(throws: CancellationError.self) {
            try await fetch.fetch(since: 0) { throw CancellationError() }
        }
        #expect(fetch.number == 0)
        let value = try await fetch.fetch(since: 0) { "mine" }
        #expect(value == "mine")
    }
}
