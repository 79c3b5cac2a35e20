import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("A baseline", .timeLimit(.minutes(5)))
struct BaselineTests {
    private static let old = VersionText(Text.deployment(), Text.service(), plugin: "{service: {name: orders}}")
    private static let new = VersionText(
        Text.deployment(image: "registry.test/shop/orders:1.5.0"),
        Text.service(),
        plugin: "{service: {name: orders}}"
    )

    @Test("BAS-01, BAS-04 runs the version that ran before on every cluster, with its commit")
    func rollout() async throws {
        try await VersionsFixture.with(running: Self.old, target: Self.new) { versions in
            try await Fleet.with(["eu", "us"]) { fleet in
                try await fleet.succeed("K8S_BASELINE_ROLLOUT", "{replicas: 50%}", of: versions)
                for (index, cluster) in fleet.clusters.enumerated() {
                    #expect(fleet.deployments(index) == ["orders-baseline 1.4.0×2"])
                    let baseline = cluster.object("\(Path.deployments)/orders-baseline")
                    #expect(baseline?[path: "metadata", "labels", "pipecd.dev/commit-hash"] == "c0ffee1")
                    #expect(baseline?[path: "metadata", "labels", "pipecd.dev/variant"] == "baseline")
                }
            }
        }
    }

    @Test("BAS-02, BAS-03 has a Service only when asked to", arguments: [true, false])
    func service(isAsked: Bool) async throws {
        try await VersionsFixture.with(running: Self.old, target: Self.new) { versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_BASELINE_ROLLOUT", "{createService: \(isAsked)}", of: versions)
                #expect(fleet.names(Path.services) == (isAsked ? ["orders-baseline"] : []))
                let service = fleet.clusters[0].object("\(Path.services)/orders-baseline")
                let variant = service?[path: "spec", "selector", "pipecd.dev/variant"]
                #expect(variant == (isAsked ? "baseline" : nil))
            }
        }
    }

    @Test("BAS-05, CAN-15 fails on a target whose kubeconfig cannot be read", arguments: ["BASELINE", "CANARY"])
    func unreadable(variant: String) async throws {
        try await VersionsFixture.with(running: Self.old, target: Self.new) { versions in
            let eu = DeployTarget(name: "eu", access: .cluster(path: "\(versions.target.directory)/none"))
            let request = try versions.request("K8S_\(variant)_ROLLOUT", targets: [eu])
            let report = await StageRunner(connections: .withoutWaits()).run(request)
            #expect(report.outcome == .failed)
            #expect(report.targets.map(\.outcome) == [.failed])
            #expect(report.targets[0].error?.contains("\(versions.target.directory)/none") == true, "\(report)")
        }
    }

    @Test("BEYOND-10 is read from where the version that ran before has its files")
    func paths() async throws {
        var old = VersionText(plugin: "{input: {manifests: [old.yaml]}, workloads: [{name: orders}]}")
        old.files = ["old.yaml": Text.deployment() + "---\n" + Text.deployment("worker")]
        var new = VersionText(
            plugin: "{input: {manifests: [new.yaml]}, workloads: [{name: shop}], variantLabel: {baselineValue: twin}}"
        )
        new.files = ["new.yaml": Text.deployment("shop")]
        try await VersionsFixture.with(running: old, target: new) { versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_BASELINE_ROLLOUT", of: versions)
                #expect(fleet.deployments() == ["orders-baseline 1.4.0×1"])
                let labels = fleet.clusters[0].object("\(Path.deployments)/orders-baseline")?[
                    path: "metadata",
                    "labels"
                ]
                #expect(labels?["pipecd.dev/variant"] == "twin")
            }
        }
    }

    @Test("is refused on a target that the version that ran before is not deployed to")
    func newTarget() async throws {
        var old = Self.old
        old.plugin = "{input: {multiTargets: [{target: {name: eu}}]}}"
        try await VersionsFixture.with(running: old, target: Self.new) { versions in
            try await Fleet.with(["eu", "us"]) { fleet in
                let report = try await fleet.run("K8S_BASELINE_ROLLOUT", of: versions)
                #expect(report.outcome == .failed)
                #expect(
                    report.problems.first?.hasPrefix("us: no version is known that ran before") == true,
                    "\(report)"
                )
            }
        }
    }

    @Test("CLN-05, CLN-07 is cleaned alone, on every cluster", arguments: [true, false])
    func clean(hasService: Bool) async throws {
        try await VersionsFixture.with(running: Self.old, target: Self.new) { versions in
            try await Fleet.with(["eu", "us"]) { fleet in
                try await fleet.succeed("K8S_CANARY_ROLLOUT", of: versions)
                try await fleet.succeed("K8S_BASELINE_ROLLOUT", "{createService: \(hasService)}", of: versions)
                try await fleet.succeed("K8S_BASELINE_CLEAN", of: versions)
                for index in fleet.clusters.indices {
                    #expect(fleet.deployments(index) == ["orders-canary 1.5.0×1"])
                    #expect(fleet.names(Path.services, index).isEmpty)
                }
            }
        }
    }

    @Test("CLN-01, CLN-02, CLN-03 leaves when the canary is cleaned, whose Service goes first")
    func canaryClean() async throws {
        try await VersionsFixture.with(running: Self.old, target: Self.new) { versions in
            try await Fleet.with(["eu", "us"]) { fleet in
                try await fleet.deployRunning(versions)
                try await fleet.succeed("K8S_CANARY_ROLLOUT", "{createService: true}", of: versions)
                try await fleet.succeed("K8S_BASELINE_ROLLOUT", of: versions)
                let report = try await fleet.run("K8S_CANARY_CLEAN", of: versions)
                #expect(report.outcome == .succeeded, "\(report)")
                for index in fleet.clusters.indices {
                    #expect(report.targets[index].changes.map(\.resource.kind) == ["Service", "Deployment"])
                    #expect(fleet.deployments(index) == ["orders 1.4.0×4", "orders-baseline 1.4.0×1"])
                }
            }
        }
    }
}

@Suite("The objects of the primary that are gone from Git", .timeLimit(.minutes(5)))
struct PrimaryPruneTests {
    @Test("PRI-05, PRI-07, PRI-09 are removed by a primary rollout that is asked to, on every cluster")
    func prune() async throws {
        let both = VersionText(Text.deployment(variant: true), Text.service())
        try await VersionsFixture.with(running: both, target: VersionText(Text.deployment(variant: true))) { versions in
            try await Fleet.with(["eu", "us"]) { fleet in
                try await fleet.deployRunning(versions)
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: versions)
                #expect(fleet.names(Path.services) == ["orders"], "PRI-07")
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", "{prune: true}", of: versions)
                for index in fleet.clusters.indices {
                    #expect(fleet.names(Path.services, index).isEmpty)
                    #expect(fleet.deployments(index) == ["orders 1.4.0×4"])
                }
            }
        }
    }
}
