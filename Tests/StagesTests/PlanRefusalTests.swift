import Rollouts
import Testing

@testable import Stages

@Suite("A plan is refused")
struct PlanRefusalTests {
    @Test(
        "with a text that says what to do",
        arguments: [
            ("K8S_CANARY_ROLLOUT", "{}", [:], "the application has no manifests"),
            (
                "K8S_PRIMARY_ROLLOUT", "{prune: true}", ["a.yaml": Text.deployment()],
                "option \"prune\" is not built yet"
            ),
            ("K8S_SYNC", "{}", ["a.yaml": Text.deployment()], "is not built yet"),
            (
                "K8S_TRAFFIC_ROUTING", "{primary: 50, canary: 50}",
                ["a.yaml": Text.deployment(variant: true) + "---\n" + Text.service(variant: true)], "50"
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

    @Test("for replacing, and never applied in its place", arguments: ["sync-by-replace", "force-sync-by-replace"])
    func replace(annotation: String) async throws {
        let text = Text.configMap.replacing(
            "metadata: {name: orders-settings}",
            with: "metadata: {name: orders-settings, annotations: {pipecd.dev/\(annotation): enabled}}"
        )
        try await ApplicationFixture.with(["a.yaml": text]) { fixture in
            let error = await #expect(throws: (any Error).self) { try await fixture.plan("K8S_PRIMARY_ROLLOUT") }
            #expect(
                "\(error as Any)".contains("replacing (annotation pipecd.dev/\(annotation)) is not built yet"),
                "\(error as Any)"
            )
        }
    }
}
