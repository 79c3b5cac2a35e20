import Manifests
import Testing

@testable import KubernetesAPI

@Suite("What a reflector knows")
struct KnownObjectsTests {
    private static func resource(_ name: String, uid: String = "u", version: Int) throws -> LiveResource {
        try LiveResource(
            yaml: """
                {apiVersion: v1, kind: ConfigMap, metadata: {name: \(name), uid: \(uid), resourceVersion: "\(version)"}}
                """
        )
    }

    private static func words(_ changes: [ResourceChange]) -> [String] {
        changes.map { change in
            switch change {
            case .synced(let resources): "synced \(resources.count)"
            case .added(let resource): "added \(resource.key.name)@\(resource.resourceVersion)"
            case .modified(let resource): "modified \(resource.key.name)@\(resource.resourceVersion)"
            case .deleted(let key, let uid): "deleted \(key.name) \(uid)"
            }
        }
    }

    @Test("makes of a later list the differences: what is gone first, nothing that is unchanged")
    func differences() throws {
        var known = KnownObjects()
        let (a, b, c) = (
            try Self.resource("a", version: 1), try Self.resource("b", version: 2), try Self.resource("c", version: 3)
        )
        #expect(Self.words(known.replace(with: [a, b, c])) == ["synced 3"])
        let changed = [try Self.resource("d", version: 5), b, try Self.resource("c", version: 4)]
        #expect(Self.words(known.replace(with: changed)) == ["deleted a u", "added d@5", "modified c@4"])
        #expect(known.replace(with: changed).isEmpty)
        #expect(Self.words(known.replace(with: [])) == ["deleted b u", "deleted c u", "deleted d u"])
    }

    @Test("tells another object of the same name from a changed one")
    func replaced() throws {
        var known = KnownObjects()
        _ = known.replace(with: [try Self.resource("a", uid: "one", version: 1)])
        let another = try Self.resource("a", uid: "two", version: 2)
        #expect(Self.words(known.replace(with: [another])) == ["deleted a one", "added a@2"])
        // The last word on the first one may come late.
        #expect(known.apply(.deleted(try Self.resource("a", uid: "one", version: 1))).isEmpty)
        #expect(Self.words(known.apply(.deleted(another))) == ["deleted a two"])
        #expect(known.apply(.deleted(another)).isEmpty)
    }

    @Test("goes by what is known, not by the word of the event")
    func events() throws {
        var known = KnownObjects()
        _ = known.replace(with: [])
        #expect(Self.words(known.apply(.modified(try Self.resource("a", version: 1)))) == ["added a@1"])
        #expect(known.apply(.added(try Self.resource("a", version: 1))).isEmpty)
        #expect(Self.words(known.apply(.added(try Self.resource("a", version: 2)))) == ["modified a@2"])
        #expect(known.apply(.bookmark(resourceVersion: "9")).isEmpty)
    }
}

@Suite("The pauses of a reflector")
struct BackoffTests {
    @Test("double from 0.8 to 30 seconds, and start again after two good minutes")
    func doubles() {
        let start = ContinuousClock.now
        var backoff = Backoff(jitter: { 1 }, at: start)
        let waits = (0..<8).map { _ in backoff.wait(at: start) }
        #expect(waits == [800, 1600, 3200, 6400, 12800, 25600, 30000, 30000].map { .milliseconds($0) })
        backoff.goOn(at: start + .seconds(30))
        #expect(backoff.wait(at: start + .seconds(149)) == .seconds(30))
        backoff.goOn(at: start + .seconds(200))
        #expect(backoff.wait(at: start + .seconds(320)) == .milliseconds(800))
        backoff.goOn(at: start + .seconds(321))
        #expect(backoff.wait(at: start + .seconds(321)) == .milliseconds(1600))
    }

    @Test("differ, so that many clients do not come back at the same moment")
    func jitter() {
        var backoff = Backoff(jitter: { 0.9 }, at: .now)
        #expect(backoff.wait(at: .now) == .milliseconds(720))
    }
}
