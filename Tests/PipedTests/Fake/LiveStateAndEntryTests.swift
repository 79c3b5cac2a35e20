import FakePiped
import Manifests
import PipedAPI
import TestSupport
import Testing

@Suite("The fake piped")
struct LiveStateAndEntryTests {
    @Test("writes the configuration of a plugin as Go's encoder does")
    func json() {
        let entry = PluginEntry(
            "demo",
            url: "file:///opt/demo-plugin",
            port: 7001,
            config: ["mode": "<fast>", "a": [1, 2.5]],
            deployTargets: [
                .init("east", labels: ["env": "dev"], config: ["address": "https://10.0.0.1"]), .init("west"),
            ]
        )
        #expect(
            entry.json == #"{"name":"demo","url":"file:///opt/demo-plugin","port":7001,"#
                + #""config":{"a":[1,2.5],"mode":"\u003cfast\u003e"},"deployTargets":[{"name":"east","#
                + #""labels":{"env":"dev"},"config":{"address":"https://10.0.0.1"}},{"name":"west","config":null}]}"#
        )
        #expect(PluginEntry("demo", port: 1).json == #"{"name":"demo","url":"file:///opt/plugin","port":1}"#)
        #expect(
            entry.arguments(pipedService: "localhost:9087")
                == ["start", "--piped-plugin-service", "localhost:9087", "--config", entry.json]
        )
    }

    private static func resource(_ name: String, _ health: PipedResourceState.HealthStatus) -> PipedResourceState {
        var resource = PipedResourceState()
        (resource.id, resource.name, resource.healthStatus) = (name, name, health)
        (resource.createdAt, resource.updatedAt) = (1_700_000_000, 1_700_000_000)
        return resource
    }

    @Test("puts live states together by priority", .timeLimit(.minutes(5)))
    func liveState() async throws {
        var script = ControllerFixture.script
        var sync = PipedApplicationSyncState()
        (sync.status, sync.shortReason) = (.outOfSync, "differs")
        script.syncState = sync
        script.resources = [Self.resource("a", .healthy), Self.resource("b", .unknown)]
        try await ControllerFixture.with(script) { fixture in
            let report = try await fixture.controller.liveState(of: ControllerFixture.application, head: fixture.second)
            #expect(report?.health == .unknown)
            #expect(report?.sync.status == .outOfSync)
            #expect(report?.sync.shortReason == "differs")
        }
    }

    @Test(
        "dies of a live state without a verdict, and cannot report resources without times",
        .timeLimit(.minutes(5)),
        arguments: [true, false]
    )
    func badLiveState(hasVerdict: Bool) async throws {
        var script = ControllerFixture.script
        script.syncState = hasVerdict ? PipedApplicationSyncState() : nil
        var timeless = Self.resource("a", .healthy)
        timeless.createdAt = 0
        script.resources = hasVerdict ? [timeless] : []
        try await ControllerFixture.with(script) { fixture in
            await #expect(throws: Crash.self) {
                _ = try await fixture.controller.liveState(of: ControllerFixture.application, head: fixture.second)
            }
            #expect(fixture.piped.state.crashes.count == 1)
        }
    }
}
