import KubernetesAPI
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages

@Suite("The plan of the stage that a folder is named after", .tags(.golden))
struct GoldenPlanTests {
    @Test(
        "is the one beside its files",
        arguments: [
            "canary-rollout/with-service", "primary-rollout/pod-selector", "traffic-routing/istio",
            "traffic-routing/gateway-api",
        ]
    )
    func plan(scenario: String) async throws {
        let directory = PackageRoot.path("testdata/\(scenario)")
        let application = try Application.load(directory: directory)
        let folder = scenario.prefix { $0 != "/" }
        let name = folder.uppercased().replacing("-", with: "_")
        let stage = try #require(application.configuration.pipeline.first { $0.text.hasSuffix(name) })
        let request = StageRequest(
            stage: try #require(stage.name),
            options: try #require(stage.options),
            application: application,
            identity: Application.Identity(piped: "agent-7", application: "app-orders", commit: "c0ffee2"),
            targets: [DeployTarget(name: "eu", access: .offline)]
        )
        let plan = try await StageRunner(connections: ClusterConnections(engine: HTTPEngine())).plan(request)
        let cluster = try #require(plan.clusters.first)
        let head = (cluster.summary + cluster.notes.map { "note \($0)" }).map { "# \($0)\n" }.joined()
        let manifests = cluster.manifests.map { "---\n\($0.object.yamlText())" }.joined()
        try expectGolden(head + manifests, "\(scenario)/expected.plan")
    }
}
