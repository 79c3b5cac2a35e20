import Rollouts
import Testing

@testable import Stages

@Suite("A plan is refused")
struct PlanRefusalTests {
    @Test(
        "with a text that says what to do",
        arguments: [
            ("K8S_CANARY_ROLLOUT", "{}", [:], "the application has no manifests"),
            ("K8S_BASELINE_ROLLOUT", "{}", ["a.yaml": Text.deployment()], "no version is known that ran before"),
            ("K8S_ROLLBACK", "{}", ["a.yaml": Text.deployment()], "no version is known that ran before"),
            (
                "K8S_TRAFFIC_ROUTING", "{primary: 50, canary: 50}",
                ["a.yaml": Text.deployment(variant: true) + "---\n" + Text.service(variant: true)],
                "method podselector moves all traffic at once"
            ),
            ("K8S_CANARY_ROLLOUT", "{multiTargets: [mars]}", ["a.yaml": Text.deployment()], "mars"),
            ("K8S_CANARY_ROLLOUT", "{}", ["kustomization.yaml": "resources: []"], "kustomize"),
        ] as [(String, String, [String: String], String)]
    )
    func refused(stage: String, options: String, files: [String: String], part: String) async throws {
        try await ApplicationFixture.with(files) { fixture in
            let error = await #expect(throws: (any Error).self) { try await fixture.plan(stage, options) }
            #expect("\(error as Any)".contains(part), "\(error as Any)")
        }
    }
}
