import FakeKubernetes
import Manifests
import PipedAPI
import Stages
import Testing

@Suite("ExecuteStage", .timeLimit(.minutes(5)))
struct ExecuteStageTests {
    private static let source = SourceFixture(
        spec: ["plugins: {fleet: {}}"],
        files: ["a.yaml": SourceFixture.deployment() + "---\n" + SourceFixture.configMap()]
    )

    @Test("runs a quick sync on every target", arguments: ["K8S_SYNC", "K8S_MULTI_SYNC"])
    func quickSync(stage: String) async throws {
        try await PluginFixture.with(["eu", "us"]) { fixture in
            #expect(try await fixture.run(stage, of: Self.source) == .stageSuccess)
            for cluster in fixture.clusters {
                let deployment = try #require(cluster.object("\(Path.deployments)/orders"))
                let annotations = deployment[path: "metadata", "annotations"]
                #expect(annotations?["pipecd.dev/piped"] == "agent-7")
                #expect(annotations?["pipecd.dev/application"] == "app-orders")
                #expect(annotations?["pipecd.dev/commit-hash"] == "bbbbbbb")
                #expect(deployment[path: "status", "readyReplicas"] == 2)
            }
        }
    }
}
