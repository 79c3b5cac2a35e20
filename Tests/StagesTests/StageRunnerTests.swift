import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("A stage run on three clusters", .timeLimit(.minutes(5)))
struct StageRunnerTests {
    private let files = [
        "a.yaml": [Text.deployment(variant: true), Text.service(variant: true), Text.configMap].joined(
            separator: "---\n"
        )
    ]

    @Test("CAN-14 makes the canary everywhere and leaves the primary objects alone")
    func canary() async throws {
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with { fleet in
                #expect(try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application).outcome == .succeeded)
                let before = fleet.versions(Path.services, ["orders"])
                let report = try await fleet.run("K8S_CANARY_ROLLOUT", "{replicas: 50%}", of: application)
                #expect(report.outcome == .succeeded, "\(report)")
                for cluster in fleet.clusters {
                    let canary = try #require(cluster.object("\(Path.deployments)/orders-canary"))
                    #expect(canary[path: "spec", "replicas"]?.int == 2)
                    #expect(canary[path: "status", "readyReplicas"]?.int == 2)
                }
                #expect(fleet.versions(Path.services, ["orders"]) == before)
            }
        }
    }

    @Test(
        "E19 changes nothing the second time, and says so",
        arguments: ["K8S_PRIMARY_ROLLOUT", "K8S_CANARY_ROLLOUT"]
    )
    func again(stage: String) async throws {
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(["eu"]) { fleet in
                let first = try await fleet.run(stage, of: application)
                #expect(Set(first.targets.flatMap(\.changes).map(\.change)) == [.created])
                let names = ["orders", "orders-canary"]
                let before = fleet.versions(Path.deployments, names) + fleet.versions(Path.services, names)
                let second = try await fleet.run(stage, of: application)
                #expect(Set(second.targets.flatMap(\.changes).map(\.change)) == [.unchanged])
                #expect(fleet.versions(Path.deployments, names) + fleet.versions(Path.services, names) == before)
            }
        }
    }

    @Test("BEYOND-02 finishes on the other clusters when one is down, and names its address and the cause")
    func oneDown() async throws {
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with { fleet in
                let address = fleet.clusters[1].server
                await fleet.clusters[1].goDown()
                let report = try await fleet.run("K8S_CANARY_ROLLOUT", of: application)
                #expect(report.outcome == .partial)
                #expect(report.targets.map(\.outcome) == [.succeeded, .failed, .succeeded])
                let error = report.targets[1].error ?? ""
                #expect(error.hasPrefix("us: "), "\(error)")
                #expect(error.contains(address.replacing("https://", with: "")), "\(error)")
                #expect(error.lowercased().contains("refused"), "\(error)")
            }
        }
    }

    @Test("BEYOND-04 fails before the deadline when pods cannot start, naming pod, container and reason")
    func badImage() async throws {
        let bad = ["a.yaml": Text.deployment(image: "registry.test/shop/orders:bad")]
        try await ApplicationFixture.with(bad) { application in
            try await Fleet.with(["eu"]) { fleet in
                let report = try await fleet.run("K8S_CANARY_ROLLOUT", of: application)
                #expect(report.outcome == .failed)
                let error = report.targets[0].error ?? ""
                #expect(error.contains("Deployment/default/orders-canary is not ready"), "\(error)")
                #expect(error.contains("pod orders-canary-"), "\(error)")
                #expect(error.contains("container web"), "\(error)")
                #expect(error.contains("ImagePullBackOff"), "\(error)")
            }
        }
    }

    @Test("moves no traffic on any cluster while the canary is not ready on one")
    func trafficHeldBack() async throws {
        let files = [
            "a.yaml": [Text.deployment(), Text.service(), Text.virtualService].joined(separator: "---\n")
        ]
        try await ApplicationFixture.with(files, plugin: Text.istio) { application in
            try await Fleet.with { fleet in
                #expect(try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application).outcome == .succeeded)
                let canary = try application.request("K8S_CANARY_ROLLOUT", targets: Array(fleet.targets.prefix(2)))
                let runner = StageRunner(connections: fleet.connections)
                #expect(await runner.run(canary).outcome == .succeeded)
                let before = fleet.versions(Path.virtualServices, ["orders-routes"])
                let report = try await fleet.run("K8S_TRAFFIC_ROUTING", "{canary: 10}", of: application)
                #expect(report.outcome == .failed)
                #expect(fleet.versions(Path.virtualServices, ["orders-routes"]) == before)
                #expect(report.targets[0].error?.contains("because asia cannot take part") == true, "\(report)")
                #expect(report.targets[2].error?.contains("variant \"canary\" is not ready") == true, "\(report)")
            }
        }
    }

    @Test("PRI-08 keeps the canary's share of the traffic through the primary rollout")
    func primaryKeepsTraffic() async throws {
        let files = [
            "a.yaml": [Text.deployment(), Text.service(), Text.virtualService].joined(separator: "---\n")
        ]
        let stages = "[{name: K8S_CANARY_ROLLOUT}, {name: K8S_TRAFFIC_ROUTING, with: {canary: 30}}]"
        try await ApplicationFixture.with(files, plugin: Text.istio, stages: stages) { application in
            try await Fleet.with(["eu"]) { fleet in
                for (stage, options) in [
                    ("K8S_PRIMARY_ROLLOUT", "{}"), ("K8S_CANARY_ROLLOUT", "{}"),
                    ("K8S_TRAFFIC_ROUTING", "{canary: 30}"),
                    ("K8S_PRIMARY_ROLLOUT", "{}"),
                ] {
                    let report = try await fleet.run(stage, options, of: application)
                    #expect(report.outcome == .succeeded, "\(report)")
                }
                let routes = fleet.clusters[0].object("\(Path.virtualServices)/orders-routes")
                let weights = routes?[path: "spec", "http"]?.array?.first?["route"]?.array?.map { $0["weight"]?.int }
                #expect(weights == [70, 30])
            }
        }
    }
}
