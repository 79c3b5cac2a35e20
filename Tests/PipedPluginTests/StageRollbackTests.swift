import FakeKubernetes
import Manifests
import PipedAPI
import Testing

@Suite("A rollback that piped asks for", .timeLimit(.minutes(5)))
struct StageRollbackTests {
    private static let running = ExecuteStageTests.running
    private static let target = ExecuteStageTests.target

    @Test(
        "restores the running version, whatever the failed one says",
        arguments: [["plugins: {fleet: {}}"], ["plugins: {fleet: {unknown: 1}}"], ["plugins: {fleet"]]
    )
    func restores(spec: [String]) async throws {
        try await PluginFixture.with(["eu", "us"]) { fixture in
            try await fixture.expect(.stageSuccess, "K8S_SYNC", of: Self.running)
            try await fixture.expect(.stageSuccess, "K8S_SYNC", of: Self.target)
            var target = Self.target
            target.spec = spec
            // A rollback has the options of the stage with its index.
            let status = try await fixture.run(
                "K8S_ROLLBACK",
                "{\"replicas\": \"10%\"}",
                of: target,
                running: Self.running
            )
            #expect(status == .stageSuccess)
            for cluster in fixture.clusters {
                let deployment = try #require(cluster.object("\(Path.deployments)/orders"))
                #expect(deployment[path: "metadata", "annotations", "pipecd.dev/commit-hash"] == "aaaaaaa")
                #expect(cluster.object("\(Path.configMaps)/orders-settings") != nil)
            }
            #expect(fixture.piped.log(of: "stage-1").lines.contains { $0.contains("at commit aaaaaaa on eu, us") })
        }
    }

    @Test("restores what it can when a target is no longer configured, and fails")
    func unknownTarget() async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            try await fixture.expect(.stageSuccess, "K8S_SYNC", of: Self.target)
            let request = try fixture.request(
                "K8S_ROLLBACK",
                of: Self.target,
                running: Self.running,
                id: "rollback",
                on: ["gone", "eu"]
            )
            let status = try await fixture.service.executeStage(request).status
            #expect(status == .stageFailure)
            #expect(fixture.clusters[0].object("\(Path.configMaps)/orders-settings") != nil)
            let lines = fixture.piped.log(of: "rollback").lines
            #expect(lines.contains { $0.hasPrefix("error: deploy target \"gone\" is not among those") }, "\(lines)")
        }
    }
}
