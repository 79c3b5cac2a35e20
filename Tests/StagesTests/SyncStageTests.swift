import FakeKubernetes
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages

@Suite("A sync", .timeLimit(.minutes(5)))
struct SyncStageTests {
    @Test("SYN-01 PRI-01 applies everything under its own name, marked as the primary of the commit")
    func applies() async throws {
        try await VersionsFixture.with(target: VersionText(Text.deployment(), Text.service())) { versions in
            try await Fleet.with(["eu", "us"]) { fleet in
                let report = try await fleet.run("K8S_SYNC", of: versions)
                #expect(report.outcome == .succeeded, "\(report)")
                for cluster in fleet.clusters {
                    for path in ["\(Path.deployments)/orders", "\(Path.services)/orders"] {
                        let metadata = try #require(cluster.object(path))["metadata"]
                        for marks in [metadata?["labels"], metadata?["annotations"]] {
                            #expect(marks?["pipecd.dev/commit-hash"] == "c0ffee2")
                            #expect(marks?["pipecd.dev/variant"] == "primary")
                            #expect(marks?["pipecd.dev/managed-by"] == "piped")
                        }
                    }
                }
            }
        }
    }

    @Test(
        "SYN-02, SYN-03 removes what is no longer in Git when the stage or the application asks for it",
        arguments: [("{quickSync: {prune: true}}", nil, []), ("{quickSync: {prune: false}}", "{prune: true}", [])]
            + [("{quickSync: {prune: true}}", "{}", ["orders"])] as [(String, String?, [String])]
    )
    func prunes(plugin: String, options: String?, left: [String]) async throws {
        let old = VersionText(Text.deployment(), Text.service())
        try await VersionsFixture.with(running: old, target: VersionText(Text.deployment(), plugin: plugin)) {
            versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.deployRunning(versions)
                let request = try versions.request("K8S_SYNC", options ?? "{}", targets: fleet.targets)
                let asked = StageRequest(
                    stage: request.stage,
                    options: options == nil ? request.application.configuration.plugin.quickSync : request.options,
                    application: request.application,
                    identity: request.identity,
                    targets: fleet.targets
                )
                let report = await StageRunner(connections: fleet.connections, patience: nil).run(asked)
                #expect(report.outcome == .succeeded, "\(report)")
                #expect(fleet.names(Path.services) == left)
                #expect(fleet.names(Path.deployments) == ["orders"])
            }
        }
    }

    @Test(
        "leaves the variant in live selectors that have it, also of workloads that are not selected",
        arguments: ["K8S_SYNC", "K8S_PRIMARY_ROLLOUT"]
    )
    func liveSelectors(stage: String) async throws {
        let plugin = "{workloads: [{kind: Deployment, name: orders}]}"
        let old = VersionText(Text.deployment(variant: true), Text.deployment("worker", variant: true), plugin: plugin)
        let new = VersionText(Text.deployment(), Text.deployment("worker"), Text.deployment("cron"), plugin: plugin)
        try await VersionsFixture.with(running: old, target: new) { versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.deployRunning(versions)
                try await fleet.succeed(stage, "{addVariantLabelToSelector: true}", of: versions)
                let labelled = try ["orders", "worker", "cron"].filter { name in
                    let deployment = try #require(fleet.clusters[0].object("\(Path.deployments)/\(name)"))
                    return deployment[path: "spec", "selector", "matchLabels"]?["pipecd.dev/variant"] == "primary"
                }
                #expect(labelled == ["orders", "worker"])
            }
        }
    }

    @Test("SYN-04, E27 follows a namespace that changes, and removes the objects in the old one")
    func namespace() async throws {
        func version(_ namespace: String) -> VersionText {
            VersionText(
                Text.deployment(),
                Text.service(),
                plugin: "{input: {namespace: \(namespace), autoCreateNamespace: true}, quickSync: {prune: true}}"
            )
        }
        try await VersionsFixture.with(running: version("shop-1"), target: version("shop-2")) { versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.deployRunning(versions)
                let report = try await fleet.run("K8S_SYNC", "{prune: true}", of: versions)
                #expect(report.outcome == .succeeded, "\(report)")
                let deployments = "/apis/apps/v1/namespaces/%/deployments"
                #expect(fleet.names(deployments.replacing("%", with: "shop-1")).isEmpty)
                let path = "\(deployments.replacing("%", with: "shop-2"))/orders"
                let metadata = try #require(fleet.clusters[0].object(path))["metadata"]
                #expect(metadata?[path: "annotations", "pipecd.dev/resource-key"] == "apps:Deployment:shop-2:orders")
                #expect(metadata?[path: "labels", "pipecd.dev/commit-hash"] == "c0ffee2")
            }
        }
    }

    @Test("SYN-05 gives each target the manifests of its entry")
    func targets() async throws {
        var version = VersionText(
            plugin: """
                {input: {multiTargets: [{target: {name: eu}, manifests: [eu.yaml]}, \
                {target: {name: us}, manifests: [us.yaml]}]}}
                """
        )
        version.files = ["eu.yaml": Text.deployment("orders-eu"), "us.yaml": Text.deployment("orders-us")]
        try await VersionsFixture.with(target: version) { versions in
            try await Fleet.with(["eu", "us"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: versions)
                #expect(fleet.names(Path.deployments, 0) == ["orders-eu"])
                #expect(fleet.names(Path.deployments, 1) == ["orders-us"])
            }
        }
    }

    @Test("SYN-06 fails and touches no cluster when a file of one target is missing")
    func missingFile() async throws {
        var version = VersionText(
            plugin: """
                {input: {multiTargets: [{target: {name: eu}, manifests: [eu.yaml]}, \
                {target: {name: us}, manifests: [us.yaml]}]}}
                """
        )
        version.files = ["eu.yaml": Text.deployment("orders-eu")]
        try await VersionsFixture.with(target: version) { versions in
            try await Fleet.with(["eu", "us"]) { fleet in
                let report = try await fleet.run("K8S_SYNC", of: versions)
                #expect(report.outcome == .failed)
                #expect(report.problems.first?.contains("us.yaml") == true, "\(report)")
                #expect(fleet.names(Path.deployments, 0).isEmpty)
            }
        }
    }

    @Test("SYN-07 removes objects without a namespace, too, in whichever version they were applied")
    func clusterScoped() async throws {
        let definition = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: zones.shop.test}
            spec:
              group: shop.test
              names: {kind: Zone, listKind: ZoneList, plural: zones, singular: zone}
              scope: Cluster
              versions:
                - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
                - {name: v1beta1, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}

            """
        func zone(_ name: String, _ version: String = "v1") -> String {
            "apiVersion: shop.test/\(version)\nkind: Zone\nmetadata: {name: \(name)}\n"
        }
        let plugin = "{input: {namespace: shop, autoCreateNamespace: true}}"
        let old = VersionText(definition, zone("a"), zone("b", "v1beta1"), plugin: plugin)
        let new = VersionText(definition, zone("a"), plugin: plugin)
        try await VersionsFixture.with(running: old, target: new) { versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.deployRunning(versions)
                let report = try await fleet.run("K8S_SYNC", "{prune: true}", of: versions)
                #expect(report.outcome == .succeeded, "\(report)")
                #expect(fleet.names("/apis/shop.test/v1/zones") == ["a"])
            }
        }
    }

    @Test("E10, E11 of nothing is nothing, and removes nothing unless that is asked for")
    func empty() async throws {
        let old = VersionText(Text.deployment(), Text.service())
        for (plugin, left) in [("{}", ["orders"]), ("{maxPrunePercent: 100}", [])] {
            var new = VersionText(plugin: plugin)
            new.files = ["a.yaml": "# nothing here\n"]
            try await VersionsFixture.with(running: old, target: new) { versions in
                try await Fleet.with(["eu"]) { fleet in
                    try await fleet.deployRunning(versions)
                    try await fleet.succeed("K8S_SYNC", of: versions)
                    let report = try await fleet.run("K8S_SYNC", "{prune: true}", of: versions)
                    #expect((report.outcome == .succeeded) == left.isEmpty, "\(report)")
                    #expect(fleet.names(Path.deployments) == left)
                    if !left.isEmpty {
                        #expect(report.targets[0].error?.contains("all 2 objects would go") == true, "\(report)")
                    }
                }
            }
        }
    }

    @Test("E54 removes canary and baseline, too, and writes the Service when the pods are ready")
    func variants() async throws {
        let old = VersionText(Text.deployment(variant: true), Text.service(variant: true))
        let new = VersionText(Text.deployment(image: "r/orders:1.5.0", variant: true), Text.service(variant: true))
        try await VersionsFixture.with(running: old, target: new) { versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.deployRunning(versions)
                try await fleet.succeed("K8S_CANARY_ROLLOUT", of: versions)
                try await fleet.succeed("K8S_BASELINE_ROLLOUT", of: versions)
                #expect(fleet.names(Path.deployments) == ["orders", "orders-baseline", "orders-canary"])
                let report = try await fleet.run("K8S_SYNC", "{prune: true}", of: versions)
                #expect(report.outcome == .succeeded, "\(report)")
                #expect(fleet.deployments() == ["orders 1.5.0×4"])
                let order = report.targets[0].changes.map(\.resource.kind)
                #expect(order.prefix(2) == ["Deployment", "Service"], "\(order)")
            }
        }
    }
}
