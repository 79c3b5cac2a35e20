import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

@Suite("A pipeline whose stages run on some targets")
struct TargetPipelineTests {
    @Test("is one with a traffic stage only where that runs")
    func primary() async throws {
        let files = ["a.yaml": [Text.deployment(), Text.service(), Text.virtualService].joined(separator: "---\n")]
        let stages = """
            [{name: K8S_TRAFFIC_ROUTING, with: {primary: 100, multiTargets: [eu]}}, {name: K8S_PRIMARY_ROLLOUT}]
            """
        let plan = try await ApplicationFixture.with(files, plugin: Text.istio, stages: stages) {
            try await $0.plan("K8S_PRIMARY_ROLLOUT", targets: ["eu", "us"])
        }
        let routed = plan.clusters.map { $0.manifests.contains { $0.kind == "VirtualService" } }
        #expect(routed == [false, true])
    }

    @Test("asks for labelled pods only where traffic is moved by them")
    func labels() async throws {
        let files = ["a.yaml": [Text.deployment(), Text.service(variant: true)].joined(separator: "---\n")]
        let stages = """
            [{name: K8S_TRAFFIC_ROUTING, with: {all: primary, multiTargets: [eu]}}, {name: K8S_PRIMARY_ROLLOUT}]
            """
        try await ApplicationFixture.with(files, stages: stages) { fixture in
            await #expect(throws: (any Error).self) { try await fixture.plan("K8S_PRIMARY_ROLLOUT", targets: ["eu"]) }
            let plan = try await fixture.plan("K8S_PRIMARY_ROLLOUT", targets: ["us"])
            #expect(plan.clusters.count == 1)
        }
    }

    @Test("names the Service of the canary as the rollout on the same target does, chosen by name or by labels")
    func services() async throws {
        let route = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: orders}
            spec: {rules: [{backendRefs: [{name: orders, port: 80}]}]}

            """
        let files = ["a.yaml": [Text.deployment(), Text.service(variant: true), route].joined(separator: "---\n")]
        let stages = """
            [{name: K8S_CANARY_ROLLOUT, with: {createService: true, suffix: a, multiTargets: [eu]}},
             {name: K8S_CANARY_ROLLOUT,
              with: {createService: true, suffix: b, multiTargets: [{target: {labels: {region: us}}}]}},
             {name: K8S_TRAFFIC_ROUTING, with: {canary: 30}}]
            """
        let plugin = "{service: {name: orders}, trafficRouting: {method: gatewayapi}}"
        let names = try await ApplicationFixture.with(files, plugin: plugin, stages: stages) { fixture in
            let runner = StageRunner(connections: ClusterConnections(engine: HTTPEngine()))
            let targets = ["eu", "us"].map { DeployTarget(name: $0, labels: ["region": $0], access: .offline) }
            let plan = try await runner.plan(fixture.request("K8S_TRAFFIC_ROUTING", "{canary: 30}", targets: targets))
            return plan.clusters.map { cluster in
                let rule = cluster.manifests.first?[path: "spec", "rules"]?.array?.first
                return rule?["backendRefs"]?.array?.last?["name"]?.string
            }
        }
        #expect(names == ["orders-a", "orders-b"])
    }
}
