import Manifests
import Testing

@testable import FakeKubernetes

@Suite("Watching objects")
struct WatchTests {
    private static let place = Sample.configMaps

    @Test("begins with what is there, and goes on with what changes")
    func events() {
        var driver = APIDriver()
        driver.send("GET", "\(Self.place)?watch=1")
        #expect(driver.events.take() == ["ADDED kube-root-ca.crt"])
        driver.send("POST", Self.place, Sample.configMap("one"))
        driver.send("PATCH", "\(Self.place)/one", ["data": ["a": "1"]], type: "application/merge-patch+json")
        driver.send("DELETE", "\(Self.place)/one")
        #expect(driver.events.take() == ["ADDED one", "MODIFIED one", "DELETED one"])
    }

    @Test("catches up from a version without missing or repeating anything")
    func resume() {
        var driver = APIDriver()
        let version = driver.send("POST", Self.place, Sample.configMap("one")).object.resourceVersion
        driver.send("POST", Self.place, Sample.configMap("two"))
        driver.send("GET", "\(Self.place)?watch=1&resourceVersion=\(version)")
        driver.send("POST", Self.place, Sample.configMap("three"))
        #expect(driver.events.take() == ["ADDED two", "ADDED three"])
    }

    @Test("shows objects come and go as their labels change")
    func selector() {
        var driver = APIDriver()
        driver.send("GET", "\(Self.place)?watch=1&labelSelector=show%3Dyes")
        driver.send("POST", Self.place, Sample.configMap("one"))
        let merge = "application/merge-patch+json"
        driver.send("PATCH", "\(Self.place)/one", ["metadata": ["labels": ["show": "yes"]]], type: merge)
        driver.send("PATCH", "\(Self.place)/one", ["data": ["a": "1"]], type: merge)
        driver.send("PATCH", "\(Self.place)/one", ["metadata": ["labels": ["show": "no"]]], type: merge)
        driver.send("DELETE", "\(Self.place)/one")
        #expect(driver.events.take() == ["ADDED one", "MODIFIED one", "DELETED one"])
    }

    @Test("ends with 410 when its version is forgotten")
    func tooOld() {
        var driver = APIDriver()
        let version = driver.state.store.revision
        driver.send("POST", Self.place, Sample.configMap("one"))
        driver.state.store.compact()
        driver.send("GET", "\(Self.place)?watch=1&resourceVersion=\(version)")
        let events = driver.events.takeEvents()
        #expect(events.map(\.type) == ["ERROR"])
        #expect(events.first?.object["code"] == 410)
        #expect(events.first?.object["reason"] == "Expired")
        #expect(driver.events.hasEnded)
    }

    @Test("tells how far it is with bookmarks, to those who want them")
    func bookmarks() throws {
        var driver = APIDriver()
        let answer = driver.send(
            "GET",
            "\(Self.place)?watch=1&allowWatchBookmarks=true&resourceVersion=\(driver.state.store.revision)"
        )
        guard case .events(let id, _) = answer.response.body else {
            Issue.record("no watch was opened")
            return
        }
        driver.send("POST", "/api/v1/namespaces/default/secrets", ["metadata": ["name": "s"]])
        driver.state.endWatch(id)
        let event = try #require(driver.events.takeEvents().first)
        #expect(event.type == "BOOKMARK")
        #expect(event.object.resourceVersion == String(driver.state.store.revision))
        #expect(event.object["kind"] == "ConfigMap")
        #expect(driver.events.hasEnded)
    }

    @Test("streams the first state with a bookmark at its end")
    func initialEvents() {
        var driver = APIDriver()
        driver.send(
            "GET",
            "\(Self.place)?watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan"
        )
        let events = driver.events.takeEvents()
        #expect(events.map(\.type) == ["ADDED", "BOOKMARK"])
        #expect(events.last?.object.annotation("k8s.io/initial-events-end") == "true")
    }

    @Test("writes one line of JSON for each event")
    func line() throws {
        let event = WatchEvent(type: "ADDED", object: ["kind": "ConfigMap"])
        #expect(
            String(decoding: event.line, as: UTF8.self) == #"{"type":"ADDED","object":{"kind":"ConfigMap"}}"# + "\n"
        )
    }
}
