import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("A rollback", .timeLimit(.minutes(5)))
struct RollbackTests {
    private static let old = VersionText(Text.deployment(variant: true), Text.service(variant: true))
    private static let new = VersionText(
        Text.deployment(image: "registry.test/shop/orders:1.5.0", variant: true),
        Text.service(variant: true),
        Text.configMap.replacing("orders-settings", with: "extra")
    )

    /// Deploys the running version, lets the new one go as far as the body says, and rolls back.
    private func rollback(
        running: VersionText = old,
        target: VersionText = new,
        clusters: [String] = ["eu"],
        deploy: (Fleet, VersionsFixture) async throws -> Void,
        after: (Fleet, StageReport) async throws -> Void
    ) async throws {
        try await VersionsFixture.with(running: running, target: target) { versions in
            try await Fleet.with(clusters) { fleet in
                try await fleet.deployRunning(versions)
                try await deploy(fleet, versions)
                try await after(fleet, try await fleet.run("K8S_ROLLBACK", of: versions))
            }
        }
    }

    @Test("RBK-01 fails and touches nothing when no version ran before")
    func first() async throws {
        try await VersionsFixture.with(target: Self.new) { versions in
            try await Fleet.with(["eu"]) { fleet in
                let report = try await fleet.run("K8S_ROLLBACK", of: versions)
                #expect(report.outcome == .failed)
                #expect(report.problems.first?.contains("no version is known that ran before") == true, "\(report)")
                #expect(fleet.clusters[0].requests.isEmpty)
            }
        }
    }

    @Test("RBK-02, RBK-03 brings every cluster back to the version that ran before, with its commit")
    func restores() async throws {
        try await rollback(clusters: ["eu", "us"]) { fleet, versions in
            try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: versions)
        } after: { fleet, report in
            #expect(report.outcome == .succeeded, "\(report)")
            for (index, cluster) in fleet.clusters.enumerated() {
                #expect(fleet.deployments(index) == ["orders 1.4.0×4"])
                let labels = cluster.object("\(Path.deployments)/orders")?[path: "metadata", "labels"]
                #expect(labels?["pipecd.dev/commit-hash"] == "c0ffee1")
                #expect(labels?["pipecd.dev/variant"] == "primary")
            }
        }
    }

    @Test(
        "RBK-04, RBK-05 goes by the targets of the version that ran before",
        arguments: [(["eu"], ["eu", "us"]), (["eu", "us"], ["eu"])]
    )
    func targets(before: [String], now: [String]) async throws {
        func version(_ image: String, _ targets: [String]) -> VersionText {
            let entries = targets.map { "{target: {name: \($0)}}" }.joined(separator: ", ")
            return VersionText(Text.deployment(image: image), plugin: "{input: {multiTargets: [\(entries)]}}")
        }
        try await rollback(
            running: version("r/orders:1.4.0", before),
            target: version("r/orders:1.5.0", now),
            clusters: ["eu", "us"]
        ) {
            fleet,
            versions in
            try await fleet.succeed("K8S_SYNC", of: versions)
        } after: { fleet, report in
            #expect(report.outcome == .succeeded, "\(report)")
            #expect(report.targets.map(\.target) == before)
            #expect(fleet.deployments(0) == ["orders 1.4.0×4"])
            #expect(fleet.deployments(1) == (before.contains("us") ? ["orders 1.4.0×4"] : ["orders 1.5.0×4"]))
        }
    }

    @Test(
        "RBK-06, RBK-07, BEYOND-06 succeeds only when every cluster is restored, and says which are not",
        arguments: [([1], StageOutcome.partial), ([0, 1], .failed)]
    )
    func partial(down: [Int], outcome: StageOutcome) async throws {
        try await rollback(clusters: ["eu", "us"]) { fleet, versions in
            try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: versions)
            for index in down { await fleet.clusters[index].goDown() }
        } after: { fleet, report in
            #expect(report.outcome == outcome)
            #expect(report.targets.map { $0.outcome == .failed } == [0, 1].map(down.contains))
            if !down.contains(0) { #expect(fleet.deployments(0) == ["orders 1.4.0×4"]) }
        }
    }

    @Test("RBK-08, RBK-09 removes canary and baseline when traffic is back at the primary")
    func variants() async throws {
        try await rollback { fleet, versions in
            try await fleet.succeed("K8S_CANARY_ROLLOUT", "{replicas: 2, createService: true}", of: versions)
            try await fleet.succeed("K8S_BASELINE_ROLLOUT", "{replicas: 2}", of: versions)
            try await fleet.succeed("K8S_TRAFFIC_ROUTING", "{all: canary}", of: versions)
        } after: { fleet, report in
            #expect(report.outcome == .succeeded, "\(report)")
            #expect(fleet.deployments() == ["orders 1.4.0×4"])
            #expect(fleet.names(Path.services) == ["orders"])
            let service = fleet.clusters[0].object("\(Path.services)/orders")
            #expect(service?[path: "spec", "selector", "pipecd.dev/variant"] == "primary")
            let order = report.targets[0].changes.map { "\($0.change) \($0.resource.kind)" }
            #expect(order.first == "configured Service", "\(order)")
            #expect(order.contains("deleted Deployment"), "\(order)")
        }
    }

    @Test("RBK-10, E55 removes what the failed version added, without any prune option")
    func added() async throws {
        try await rollback { fleet, versions in
            try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: versions)
            #expect(fleet.names(Path.configMaps) == ["extra"])
        } after: { fleet, report in
            #expect(report.outcome == .succeeded, "\(report)")
            #expect(fleet.names(Path.configMaps).isEmpty)
        }
    }

    @Test("keeps what is older than the failed version, and says so")
    func older() async throws {
        let notes = Notes()
        try await VersionsFixture.with(running: Self.old, target: Self.new) { versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.deployRunning(versions)
                var older = Live.object("v1", "ConfigMap", "older", variant: "primary")
                older["metadata"]?["annotations"]?["pipecd.dev/commit-hash"] = "c0ffee0"
                for field in ["uid", "resourceVersion"] { older["metadata"]?[field] = Value?.none }
                #expect(fleet.clusters[0].perform("POST", Path.configMaps, older).code == 201)
                let report = try await fleet.run("K8S_ROLLBACK", of: versions) { notes.add($0) }
                #expect(report.outcome == .succeeded, "\(report)")
                #expect(fleet.names(Path.configMaps) == ["older"])
                #expect(notes.all.contains { $0.hasPrefix("ConfigMap/default/older is not in the restored version") })
            }
        }
    }

    @Test("BEYOND-07 repeats in selectors what the primary rollout did, whatever the configuration says")
    func selectors() async throws {
        let old = VersionText(Text.deployment(), Text.service())
        let new = VersionText(Text.deployment(image: "registry.test/shop/orders:1.5.0"), Text.service())
        try await VersionsFixture.with(running: old, target: new) { versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", "{addVariantLabelToSelector: true}", of: versions)
                let report = try await fleet.run("K8S_ROLLBACK", of: versions)
                #expect(report.outcome == .succeeded, "\(report)")
                #expect(fleet.deployments() == ["orders 1.4.0×4"])
                let selector = fleet.clusters[0].object("\(Path.deployments)/orders")?[
                    path: "spec",
                    "selector",
                    "matchLabels"
                ]
                #expect(selector == ["app": "orders", "pipecd.dev/variant": "primary"])
            }
        }
    }

    @Test("makes a workload anew when the failed version changed its selector by force")
    func forced() async throws {
        let forced = Text.deployment(image: "registry.test/shop/orders:1.5.0")
            .replacing("matchLabels: {app: orders}", with: "matchLabels: {app: orders, tier: web}")
            .replacing("labels: {app: orders}}\n    spec", with: "labels: {app: orders, tier: web}}\n    spec")
            .replacing(
                "labels: {app: orders}}\nspec",
                with: "annotations: {pipecd.dev/force-sync-by-replace: enabled}}\nspec"
            )
        try await rollback(running: VersionText(Text.deployment()), target: VersionText(forced)) { fleet, versions in
            try await fleet.succeed("K8S_SYNC", of: versions)
            let selector = fleet.clusters[0].object("\(Path.deployments)/orders")?[
                path: "spec",
                "selector",
                "matchLabels"
            ]
            #expect(selector == ["app": "orders", "tier": "web"])
        } after: { fleet, report in
            #expect(report.outcome == .succeeded, "\(report)")
            let selector = fleet.clusters[0].object("\(Path.deployments)/orders")?[
                path: "spec",
                "selector",
                "matchLabels"
            ]
            #expect(selector == ["app": "orders"])
        }
    }

    @Test("keeps the Service that the restored pipeline generates, and restores it")
    func generatedService() async throws {
        let stages = "[{name: K8S_PRIMARY_ROLLOUT, with: {createService: true}}]"
        let port = Text.service().replacing("port: 80", with: "port: 8080")
        let old = VersionText(Text.deployment(), Text.service(), stages: stages)
        let new = VersionText(Text.deployment(image: "r/orders:1.5.0"), port, stages: stages)
        try await VersionsFixture.with(running: old, target: new) { versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", "{createService: true}", of: versions)
                let report = try await fleet.run("K8S_ROLLBACK", of: versions)
                #expect(report.outcome == .succeeded, "\(report)")
                #expect(fleet.names(Path.services) == ["orders", "orders-primary"])
                let service = fleet.clusters[0].object("\(Path.services)/orders-primary")
                #expect(service?[path: "spec", "ports"]?.array?.first?["port"] == 80)
            }
        }
    }

    @Test("restores what it can and fails when it cannot look for the leftovers")
    func unsearched() async throws {
        try await rollback { fleet, versions in
            try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: versions)
            fleet.clusters[0].inject(.forbidden(verbs: [.list], resource: "configmaps"))
        } after: { fleet, report in
            #expect(report.outcome == .failed)
            #expect(fleet.deployments() == ["orders 1.4.0×4"])
            #expect(
                report.targets[0].error?.contains("what the failed version left could not be searched") == true,
                "\(report)"
            )
        }
    }

    @Test("gives the traffic back only when the primary is ready, when it has no ready pod")
    func trafficLast() async throws {
        try await rollback { fleet, versions in
            try await fleet.succeed("K8S_CANARY_ROLLOUT", "{replicas: 2}", of: versions)
            try await fleet.succeed("K8S_TRAFFIC_ROUTING", "{all: canary}", of: versions)
            fleet.clusters[0].perform("DELETE", "\(Path.deployments)/orders")
        } after: { fleet, report in
            #expect(report.outcome == .succeeded, "\(report)")
            #expect(fleet.deployments() == ["orders 1.4.0×4"])
            let order = report.targets[0].changes.map { "\($0.change) \($0.resource.kind)" }
            #expect(order.prefix(2) == ["created Deployment", "configured Service"], "\(order)")
        }
    }

    @Test("gives the traffic back last when the primary is made anew meanwhile")
    func recreatedUnderTraffic() async throws {
        let forced = Text.deployment(image: "registry.test/shop/orders:1.5.0", variant: true)
            .replacing("app: orders, pipecd", with: "app: orders, tier: web, pipecd")
            .replacing(
                "labels: {app: orders}}\nspec",
                with: "annotations: {pipecd.dev/force-sync-by-replace: enabled}}\nspec"
            )
        let target = VersionText(forced, Text.service(variant: true))
        try await rollback(target: target) { fleet, versions in
            try await fleet.succeed("K8S_CANARY_ROLLOUT", of: versions)
            try await fleet.succeed("K8S_TRAFFIC_ROUTING", "{all: canary}", of: versions)
            try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: versions)
        } after: { _, report in
            #expect(report.outcome == .succeeded, "\(report)")
            let order = report.targets[0].changes.map { "\($0.change) \($0.resource.kind)" }
            #expect(order.prefix(2) == ["configured Deployment", "configured Service"], "\(order)")
        }
    }

    @Test("removes a way to the canary that the failed version added before the canary itself")
    func addedRoute() async throws {
        let old = VersionText(Text.deployment(), Text.service())
        let new = VersionText(Text.deployment(), Text.service(), Text.virtualService, plugin: Text.istio)
        try await rollback(running: old, target: new) { fleet, versions in
            try await fleet.succeed("K8S_CANARY_ROLLOUT", of: versions)
            try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: versions)
        } after: { fleet, report in
            #expect(report.outcome == .succeeded, "\(report)")
            let deleted = report.targets[0].changes.filter { $0.change == .deleted }.map(\.resource.kind)
            #expect(deleted == ["VirtualService", "Deployment"])
            #expect(fleet.names(Path.virtualServices).isEmpty)
        }
    }

    @Test(
        "keeps data that the failed version added, and a route that asks for it, which is no success",
        arguments: [
            ("v1", "PersistentVolumeClaim", "persistentvolumeclaims", [:], StageOutcome.succeeded),
            (
                "networking.istio.io/v1", "VirtualService", "virtualservices", ["pipecd.dev/prune": "false"],
                StageOutcome.failed
            ),
        ] as [(String, String, String, [String: String], StageOutcome)]
    )
    func kept(version: String, kind: String, plural: String, marks: [String: String], outcome: StageOutcome)
        async throws
    {
        try await rollback { fleet, versions in
            try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: versions)
            var marks = marks
            marks["pipecd.dev/commit-hash"] = "c0ffee2"
            var object = Live.object(version, kind, "kept", variant: "primary", marks: marks)
            for field in ["uid", "resourceVersion"] { object["metadata"]?[field] = Value?.none }
            if kind == "PersistentVolumeClaim" {
                object["spec"] = ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]]
            }
            let path = version == "v1" ? "/api/v1" : "/apis/\(version)"
            let answer = fleet.clusters[0].perform("POST", "\(path)/namespaces/default/\(plural)", object)
            #expect(answer.code == 201, "\(answer)")
        } after: { fleet, report in
            #expect(report.outcome == outcome, "\(report)")
            let path = version == "v1" ? "/api/v1" : "/apis/\(version)"
            #expect(fleet.names("\(path)/namespaces/default/\(plural)") == ["kept"])
            #expect(fleet.deployments() == ["orders 1.4.0×4"])
        }
    }

    @Test("removes nothing but variants when both versions are of one commit, because nobody can tell what is new")
    func sameCommit() async throws {
        try await VersionsFixture.with(running: Self.old, target: Self.new) { versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: versions)
                try await fleet.succeed("K8S_CANARY_ROLLOUT", of: versions)
                let request = try versions.request("K8S_ROLLBACK", targets: fleet.targets)
                let before = try #require(request.running)
                let same = StageRequest(
                    stage: request.stage,
                    options: request.options,
                    application: request.application,
                    identity: request.identity,
                    targets: request.targets,
                    running: RunningVersion(application: before.application, commit: request.identity.commit)
                )
                let report = await StageRunner(connections: fleet.connections, patience: nil).run(same)
                #expect(report.outcome == .succeeded, "\(report)")
                #expect(fleet.names(Path.configMaps) == ["extra"])
                #expect(fleet.deployments() == ["orders 1.4.0×4"])
            }
        }
    }
}
