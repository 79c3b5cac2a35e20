import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

@Suite("A Service that PRIMARY_ROLLOUT generates")
struct GeneratedServiceTests {
    private static let stages = "[{name: K8S_PRIMARY_ROLLOUT, with: {createService: true}}]"

    private func plan(_ stage: String, live marks: [String: String]) async throws -> ClusterPlan {
        let old = VersionText(Text.deployment(), Text.service(), stages: Self.stages)
        let new = VersionText(Text.deployment(image: "r/orders:1.5.0"), Text.service(), stages: Self.stages)
        return try await VersionsFixture.with(running: old, target: new) { versions in
            let target = DeployTarget(name: "eu", access: .offline)
            let options = stage == "K8S_ROLLBACK" ? "{}" : "{createService: true}"
            let request = try versions.request(stage, options, targets: [target])
            let planner = request.stage.kind.planner
            let prepared = try #require(try await TargetPreparation(request: request).prepare(with: planner).first)
            let live = Live.object("v1", "Service", "orders-primary", variant: "primary", marks: marks)
            return try await planner.plan(prepared.input, in: StubView([live]))
        }
    }

    private static let foreign = [
        ["pipecd.dev/application": "another"], ["pipecd.dev/managed-by": "someone"],
    ]

    @Test("is refused when the one that is there belongs to somebody else", arguments: Self.foreign)
    func primary(marks: [String: String]) async throws {
        let error = await #expect(throws: StageError.self) { try await plan("K8S_PRIMARY_ROLLOUT", live: marks) }
        #expect("\(error as Any)".contains("Service/default/orders-primary is there already"), "\(error as Any)")
    }

    @Test(
        "is left alone by a rollback when it belongs to somebody else",
        arguments: Self.foreign + [["pipecd.dev/deploy-target": "us"]]
    )
    func rollback(marks: [String: String]) async throws {
        let plan = try await plan("K8S_ROLLBACK", live: marks)
        #expect(!plan.manifests.contains { $0.name == "orders-primary" })
    }

    @Test("is written when it is ours", arguments: ["K8S_PRIMARY_ROLLOUT", "K8S_ROLLBACK"])
    func ours(stage: String) async throws {
        let plan = try await plan(stage, live: [:])
        #expect(plan.manifests.contains { $0.name == "orders-primary" })
    }
}
