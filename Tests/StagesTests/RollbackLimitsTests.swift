import FakeKubernetes
import TestSupport
import Testing

@testable import Stages

@Suite("A rollback that meets silence", .timeLimit(.minutes(5)))
struct RollbackLimitsTests {
    @Test("BEYOND-19 gives up a cluster that does not answer, and restores the others")
    func silentCluster() async throws {
        let old = VersionText(Text.deployment(variant: true))
        let new = VersionText(Text.deployment(image: "registry.test/shop/orders:1.5.0", variant: true))
        try await VersionsFixture.with(running: old, target: new) { versions in
            try await Fleet.with(["eu", "us"]) { fleet in
                try await fleet.deployRunning(versions)
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: versions)
                fleet.clusters[0].inject(Fault(.stall, verbs: [.patch], resource: "deployments"))
                var hasty = fleet.fresh
                hasty.connections = .withoutWaits(requestTimeout: .seconds(8))
                let report = try await hasty.run("K8S_ROLLBACK", of: versions)
                #expect(report.targets.map(\.outcome) == [.failed, .succeeded], "\(report)")
                #expect(report.targets[0].error?.contains("no answer from 127.0.0.1:") == true, "\(report)")
                #expect(fleet.deployments(1) == ["orders 1.4.0×4"])
            }
        }
    }

    @Test("BEYOND-19 gives up pods that do not become ready when the deadline of the restored version is over")
    func pendingPods() async throws {
        let pending = Text.deployment().replacing(
            "metadata: {labels: {app: orders}}",
            with: "metadata: {labels: {app: orders}, annotations: {fake.flotilla.dev/pods: never-ready}}"
        )
        let old = VersionText(pending, plugin: "{readiness: {deadline: 200ms}}")
        let new = VersionText(Text.deployment(image: "registry.test/shop/orders:1.5.0"))
        try await VersionsFixture.with(running: old, target: new) { versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: versions)
                let report = try await fleet.run("K8S_ROLLBACK", of: versions)
                #expect(report.outcome == .failed)
                let error = report.targets[0].error ?? ""
                #expect(error.contains("not ready after 200ms: Deployment/default/orders"), "\(error)")
            }
        }
    }
}
