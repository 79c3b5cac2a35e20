import FakeKubernetes
import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

@Suite("A traffic stage", .timeLimit(.minutes(5)))
struct TrafficStageTests {
    /// Clusters with the primary and a canary, and the application that they are of.
    private func with(
        istio: Bool = true,
        _ body: (ApplicationFixture, Fleet) async throws -> Void
    ) async throws {
        let objects = [Text.deployment(variant: !istio), Text.service(variant: !istio)]
        let files = ["a.yaml": (objects + (istio ? [Text.virtualService] : [])).joined(separator: "---\n")]
        let plugin = istio ? Text.istio : "{service: {name: orders}}"
        try await ApplicationFixture.with(files, plugin: plugin) { application in
            try await Fleet.with(["eu", "us"]) { fleet in
                for stage in ["K8S_PRIMARY_ROLLOUT", "K8S_CANARY_ROLLOUT"] {
                    #expect(try await fleet.run(stage, of: application).outcome == .succeeded)
                }
                try await body(application, fleet)
            }
        }
    }

    private func shares(_ fleet: Fleet) -> [[Int?]] {
        fleet.clusters.map { cluster in
            let routes = cluster.object("\(Path.virtualServices)/orders-routes")?[path: "spec", "http"]?.array?.first
            return (routes?["route"]?.array ?? []).map { $0["weight"]?.int }
        }
    }

    private func add(_ subsets: Value, to cluster: FakeCluster) {
        let rule: Value = [
            "apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": ["name": "shared"],
            "spec": ["host": "orders.default.svc.cluster.local", "subsets": subsets],
        ]
        cluster.perform("POST", "/apis/networking.istio.io/v1/namespaces/default/destinationrules", rule)
    }

    @Test("TRI-08 gives every cluster the same shares")
    func everywhere() async throws {
        try await with { application, fleet in
            let report = try await fleet.run("K8S_TRAFFIC_ROUTING", "{canary: 35}", of: application)
            #expect(report.outcome == .succeeded && shares(fleet) == [[65, 35], [65, 35]], "\(report)")
        }
    }

    @Test(
        "TRP-03, TRP-04 fails before any cluster call when the method cannot bring the shares about",
        arguments: [("{baseline: 100}", "baseline 100%"), ("{primary: 50, canary: 50}", "primary 50%, canary 50%")]
    )
    func notSwitchable(options: String, text: String) async throws {
        try await with(istio: false) { application, fleet in
            let before = fleet.clusters.map(\.requests.count)
            let report = try await fleet.run("K8S_TRAFFIC_ROUTING", options, of: application)
            #expect(report.outcome == .failed && report.problems.first?.contains(text) == true, "\(report)")
            #expect(fleet.clusters.map(\.requests.count) == before)
        }
    }

    @Test("TRP-01, BEYOND-16 writes the Service alone, which stays an object of the primary", arguments: [true, false])
    func label(istio: Bool) async throws {
        try await with(istio: istio) { application, fleet in
            let report = try await fleet.run("K8S_TRAFFIC_ROUTING", "{all: canary}", of: application)
            #expect(report.outcome == .succeeded, "\(report)")
            #expect(
                report.targets.allSatisfy { $0.changes.map(\.resource.kind) == [istio ? "VirtualService" : "Service"] }
            )
            for cluster in fleet.clusters {
                let path = istio ? "\(Path.virtualServices)/orders-routes" : "\(Path.services)/orders"
                let metadata = cluster.object(path)?["metadata"]
                #expect(metadata?[path: "labels", "pipecd.dev/variant"] == "primary")
                #expect(metadata?[path: "annotations", "pipecd.dev/variant"] == "primary")
            }
        }
    }

    @Test("BEYOND-14 moves nothing while a cluster's own DestinationRule lacks a subset that is to receive traffic")
    func missingSubset() async throws {
        try await with { application, fleet in
            add([["name": "primary"], ["name": "canary"]], to: fleet.clusters[0])
            add([["name": "primary"]], to: fleet.clusters[1])
            let report = try await fleet.run("K8S_TRAFFIC_ROUTING", "{canary: 35}", of: application)
            #expect(shares(fleet) == [[100], [100]])
            let text = "DestinationRule/default/shared: subset \"canary\" of host \"orders\" is to receive traffic"
            #expect(report.targets[1].error?.contains(text) == true, "\(report)")
        }
    }

    @Test("moves nothing to a subset that chooses pods which are not there")
    func otherPods() async throws {
        try await with { application, fleet in
            let labels: Value = ["version": "v2"]
            add([["name": "primary"], ["name": "canary", "labels": labels]], to: fleet.clusters[1])
            let report = try await fleet.run("K8S_TRAFFIC_ROUTING", "{canary: 35}", of: application)
            #expect(shares(fleet) == [[100], [100]])
            let text = "no workload of it is behind Service \"orders\", whose pods have app: orders, version: v2"
            #expect(report.targets[1].error?.contains(text) == true, "\(report)")
        }
    }

    @Test("goes on, and says so, when the DestinationRules may not be read")
    func hiddenRules() async throws {
        try await with { application, fleet in
            for cluster in fleet.clusters { cluster.inject(.forbidden(verbs: [.list], resource: "destinationrules")) }
            let runner = StageRunner(connections: fleet.connections)
            let request = try application.request("K8S_TRAFFIC_ROUTING", "{canary: 35}", targets: fleet.targets)
            let notes = try await runner.plan(request).clusters.map(\.notes)
            let expected = [
                "route \"main\" updated: primary 65%, canary 35%, baseline 0%",
                "DestinationRules cannot be read in namespace \"default\", so not checked",
            ]
            #expect(notes == [expected, expected])
        }
    }
}
