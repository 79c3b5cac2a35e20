import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("A whole deployment", .timeLimit(.minutes(5)))
struct EndToEndTests {
    private static let stages = """
        [{name: K8S_CANARY_ROLLOUT, with: {replicas: 1}}, {name: K8S_BASELINE_ROLLOUT, with: {replicas: 1}}, \
        {name: K8S_TRAFFIC_ROUTING, with: {all: canary}}, {name: K8S_PRIMARY_ROLLOUT}, \
        {name: K8S_TRAFFIC_ROUTING, with: {all: primary}}, {name: K8S_CANARY_CLEAN}, {name: K8S_BASELINE_CLEAN}]
        """

    /// The name, image and replicas of each Deployment, what the Service selects, and the commit of the primary.
    private static let table:
        [(stage: String, options: String, deployments: [String], selected: String, commit: String)] = [
            ("K8S_CANARY_ROLLOUT", "{replicas: 1}", ["orders 1.4.0×2", "orders-canary 1.5.0×1"], "primary", "c0ffee1"),
            (
                "K8S_BASELINE_ROLLOUT", "{replicas: 1}",
                ["orders 1.4.0×2", "orders-baseline 1.4.0×1", "orders-canary 1.5.0×1"], "primary", "c0ffee1"
            ),
            (
                "K8S_TRAFFIC_ROUTING", "{all: canary}",
                ["orders 1.4.0×2", "orders-baseline 1.4.0×1", "orders-canary 1.5.0×1"], "canary", "c0ffee1"
            ),
            (
                "K8S_PRIMARY_ROLLOUT", "{}",
                ["orders 1.5.0×2", "orders-baseline 1.4.0×1", "orders-canary 1.5.0×1"], "canary", "c0ffee2"
            ),
            (
                "K8S_TRAFFIC_ROUTING", "{all: primary}",
                ["orders 1.5.0×2", "orders-baseline 1.4.0×1", "orders-canary 1.5.0×1"], "primary", "c0ffee2"
            ),
            ("K8S_CANARY_CLEAN", "{}", ["orders 1.5.0×2", "orders-baseline 1.4.0×1"], "primary", "c0ffee2"),
            ("K8S_BASELINE_CLEAN", "{}", ["orders 1.5.0×2"], "primary", "c0ffee2"),
        ]

    private func version(_ tag: String) -> VersionText {
        VersionText(
            Text.deployment(image: "registry.test/shop/orders:\(tag)", replicas: 2, variant: true),
            Text.service(variant: true),
            stages: Self.stages
        )
    }

    @Test("E2E-01, TRP-08, CLN-03, BEYOND-03 moves from version to version on every cluster, stage by stage")
    func pipeline() async throws {
        try await VersionsFixture.with(running: version("1.4.0"), target: version("1.5.0")) { versions in
            try await Fleet.with(["eu", "us"]) { fleet in
                try await fleet.deployRunning(versions)
                let before = fleet.versions(Path.deployments, ["orders"])
                for row in Self.table {
                    try await fleet.succeed(row.stage, row.options, of: versions)
                    for (index, cluster) in fleet.clusters.enumerated() {
                        #expect(fleet.deployments(index) == row.deployments, "\(row.stage)")
                        let service = cluster.object("\(Path.services)/orders")
                        let selected = service?[path: "spec", "selector", "pipecd.dev/variant"]?.string
                        #expect(selected == row.selected, "\(row.stage)")
                        let labels = cluster.object("\(Path.deployments)/orders")?[path: "metadata", "labels"]
                        #expect(labels?["pipecd.dev/commit-hash"]?.string == row.commit, "\(row.stage)")
                    }
                    let isUntouched = row.commit == "c0ffee1"
                    if isUntouched { #expect(fleet.versions(Path.deployments, ["orders"]) == before, "\(row.stage)") }
                }
            }
        }
    }
}
