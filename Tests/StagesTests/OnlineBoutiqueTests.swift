import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("Online Boutique on three clusters", .timeLimit(.minutes(5)), .enabled(if: Corpora.isPresent))
struct OnlineBoutiqueTests {
    private static let routing = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: frontend}
        spec:
          hosts: [frontend]
          http: [{route: [{destination: {host: frontend, subset: primary}, weight: 100}]}]
        """
    private static let plugin = """
        {service: {name: frontend}, trafficRouting: {method: istio, istio: {virtualService: {name: frontend}}}}
        """
    private static let pipeline = [
        ("K8S_CANARY_ROLLOUT", "{replicas: 20%}"), ("K8S_TRAFFIC_ROUTING", "{canary: 10}"),
        ("K8S_PRIMARY_ROLLOUT", "{}"),
        ("K8S_TRAFFIC_ROUTING", "{primary: 100}"), ("K8S_CANARY_CLEAN", "{}"),
    ]

    private func withApplication(_ body: (ApplicationFixture) async throws -> Void) async throws {
        let text = try TestFiles.text(Corpora.path("online-boutique/release/kubernetes-manifests.yaml"))
        let stages = "[{name: K8S_CANARY_ROLLOUT}, {name: K8S_TRAFFIC_ROUTING, with: {canary: 10}}]"
        let files = ["boutique.yaml": text, "routing.yaml": Self.routing]
        try await ApplicationFixture.with(files, plugin: Self.plugin, stages: stages, body)
    }

    @Test("has twelve canaries everywhere after the canary stage, and untouched primary objects")
    func canary() async throws {
        try await withApplication { application in
            try await Fleet.with { fleet in
                let first = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(first.outcome == .succeeded, "\(first)")
                let changes = try #require(first.targets.first).changes.map(\.resource)
                #expect(changes.count == 36)
                let names = changes.filter { $0.kind == "Deployment" }.map(\.name)
                let before = fleet.versions(Path.deployments, names) + fleet.versions(Path.services, names)

                let report = try await fleet.run("K8S_CANARY_ROLLOUT", "{replicas: 20%}", of: application)
                #expect(report.outcome == .succeeded, "\(report)")
                for target in report.targets {
                    #expect(target.changes.map(\.resource.kind) == Array(repeating: "Deployment", count: 12))
                }
                #expect(fleet.versions(Path.deployments, names) + fleet.versions(Path.services, names) == before)
                for (cluster, name) in fleet.clusters.flatMap({ cluster in names.map { (cluster, $0) } }) {
                    let canary = try #require(cluster.object("\(Path.deployments)/\(name)-canary"))
                    #expect(canary[path: "spec", "replicas"] == 1)
                    let label = "pipecd.dev/variant"
                    for path in [
                        ["metadata", "labels"], ["spec", "selector", "matchLabels"],
                        ["spec", "template", "metadata", "labels"],
                    ] {
                        #expect(canary.at(path + [label]) == "canary")
                    }
                    #expect(canary[path: "spec", "selector", "matchLabels", "app"] == .string(name))
                    #expect(canary[path: "status", "readyReplicas"] == 1)
                }
            }
        }
    }

    @Test("goes through the whole pipeline, with the shares of traffic that each stage asks for")
    func pipeline() async throws {
        try await withApplication { application in
            try await Fleet.with { fleet in
                #expect(try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application).outcome == .succeeded)
                var history: [[Int?]] = []
                for (stage, options) in Self.pipeline {
                    let report = try await fleet.run(stage, options, of: application)
                    #expect(report.outcome == .succeeded, "\(report)")
                    let weights = fleet.clusters.map(shares(of:))
                    #expect(Set(weights).count == 1)
                    history.append(weights[0])
                }
                #expect(history == [[100], [90, 10], [90, 10], [100], [100]])
                for cluster in fleet.clusters {
                    let names = cluster.objects(Path.deployments).compactMap { $0[path: "metadata", "name"]?.string }
                    #expect(names.count == 12)
                    #expect(!names.contains { $0.hasSuffix("-canary") })
                }
            }
        }
    }

    private func shares(of cluster: FakeCluster) -> [Int?] {
        let service = cluster.object("\(Path.virtualServices)/frontend")
        let routes = service?[path: "spec", "http"]?.array?.first?["route"]?.array ?? []
        return routes.map { $0["weight"]?.int }
    }
}
