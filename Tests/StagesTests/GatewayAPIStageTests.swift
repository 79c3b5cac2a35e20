import FakeKubernetes
import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

@Suite("A pipeline with an HTTPRoute", .timeLimit(.minutes(5)))
struct GatewayAPIStageTests {
    private static let routes = "/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes"
    private static let plugin = """
        {service: {name: orders}, trafficRouting: {method: gatewayapi, gatewayapi: {route: {name: orders}}}}
        """
    private static let stages = """
        [{name: K8S_CANARY_ROLLOUT, with: {createService: true, suffix: next}},
         {name: K8S_TRAFFIC_ROUTING, with: {canary: 30}}]
        """

    private static func route(_ version: String) -> String {
        """
        apiVersion: gateway.networking.k8s.io/\(version)
        kind: HTTPRoute
        metadata: {name: orders}
        spec:
          parentRefs: [{name: shop}]
          rules: [{name: main, backendRefs: [{name: orders, port: 80}, {name: legacy, port: 80}]}]

        """
    }

    private static let definition: Value = {
        let versions: [Value] = ["v1", "v1beta1"].map { name in
            [
                "name": .string(name), "served": true, "storage": .bool(name == "v1"),
                "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
            ]
        }
        return [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": "httproutes.gateway.networking.k8s.io"],
            "spec": [
                "group": "gateway.networking.k8s.io", "scope": "Namespaced", "versions": .array(versions),
                "names": [
                    "kind": "HTTPRoute", "listKind": "HTTPRouteList", "plural": "httproutes", "singular": "httproute",
                ],
            ],
        ]
    }()

    private func with(
        _ version: String = "v1",
        _ body: (ApplicationFixture, Fleet) async throws -> Void
    ) async throws {
        let objects = [Text.deployment(variant: true), Text.service(variant: true), Self.route(version)]
        let files = ["a.yaml": objects.joined(separator: "---\n")]
        try await ApplicationFixture.with(files, plugin: Self.plugin, stages: Self.stages) { application in
            try await Fleet.with(["eu", "us"]) { fleet in
                for cluster in fleet.clusters {
                    let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
                    cluster.perform("POST", path, Self.definition)
                }
                try await body(application, fleet)
            }
        }
    }

    private func weights(_ fleet: Fleet) -> [[String]] {
        fleet.clusters.map { cluster in
            let rule = cluster.object("\(Self.routes)/orders")?[path: "spec", "rules"]?.array?.first
            return (rule?["backendRefs"]?.array ?? []).map { "\($0["name"]?.string ?? ""):\($0["weight"]?.int ?? 1)" }
        }
    }

    @Test("moves traffic to the canary's Service and back, in every cluster", arguments: ["v1", "v1beta1"])
    func pipeline(version: String) async throws {
        try await with(version) { application, fleet in
            for (stage, options, expected) in [
                ("K8S_PRIMARY_ROLLOUT", "{}", ["orders:1", "legacy:1"]),
                ("K8S_CANARY_ROLLOUT", "{createService: true, suffix: next}", ["orders:1", "legacy:1"]),
                ("K8S_TRAFFIC_ROUTING", "{canary: 30}", ["orders:70", "orders-next:30", "legacy:100"]),
                ("K8S_PRIMARY_ROLLOUT", "{}", ["orders:70", "orders-next:30", "legacy:100"]),
                ("K8S_TRAFFIC_ROUTING", "{primary: 100}", ["orders:100", "legacy:100"]),
                ("K8S_CANARY_CLEAN", "{}", ["orders:100", "legacy:100"]),
            ] {
                let report = try await fleet.run(stage, options, of: application)
                #expect(report.outcome == .succeeded, "\(report)")
                #expect(weights(fleet) == [expected, expected], "\(stage)")
            }
        }
    }

    @Test("refuses to clean while the route sends traffic to the canary's Service")
    func clean() async throws {
        try await with { application, fleet in
            for (stage, options) in [
                ("K8S_PRIMARY_ROLLOUT", "{}"), ("K8S_CANARY_ROLLOUT", "{createService: true, suffix: next}"),
                ("K8S_TRAFFIC_ROUTING", "{canary: 30}"),
            ] {
                #expect(try await fleet.run(stage, options, of: application).outcome == .succeeded)
            }
            let report = try await fleet.run("K8S_CANARY_CLEAN", of: application)
            #expect(report.outcome == .failed)
            let text = "HTTPRoute/default/orders still sends traffic to variant \"canary\""
            #expect(report.targets.allSatisfy { $0.error?.contains(text) == true }, "\(report)")
            #expect(fleet.clusters[0].object("\(Path.services)/orders-next") != nil)
        }
    }

    @Test("touches no cluster while the canary has no Service in one of them, and says how to make it")
    func noService() async throws {
        try await with { application, fleet in
            #expect(try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application).outcome == .succeeded)
            let options = "{createService: true, suffix: next}"
            #expect(try await fleet.run("K8S_CANARY_ROLLOUT", options, of: application).outcome == .succeeded)
            fleet.clusters[1].perform("DELETE", "\(Path.services)/orders-next")
            let report = try await fleet.run("K8S_TRAFFIC_ROUTING", "{canary: 30}", of: application)
            #expect(weights(fleet) == [["orders:1", "legacy:1"], ["orders:1", "legacy:1"]])
            let text = "Service \"orders-next\" of the canary is not there; set createService: true"
            #expect(report.targets[1].error?.contains(text) == true, "\(report)")
            #expect(report.targets[0].error?.contains("us cannot take part") == true, "\(report)")
        }
    }

    @Test("takes the Service that an earlier stage of the same dry run would make")
    func dryRun() async throws {
        try await with { application, fleet in
            #expect(try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application).outcome == .succeeded)
            let runner = StageRunner(connections: fleet.connections)
            let traffic = try application.request("K8S_TRAFFIC_ROUTING", "{canary: 30}", targets: fleet.targets)
            let canary = try application.request(
                "K8S_CANARY_ROLLOUT",
                "{createService: true, suffix: next}",
                targets: fleet.targets
            )
            await #expect(throws: ApplicationError.self) { try await runner.plan(traffic) }
            let plan = try await runner.plan(traffic, after: [StageForecast(plan: try await runner.plan(canary))])
            #expect(plan.clusters[0].summary == ["route gateway.networking.k8s.io:HTTPRoute:default:orders"])
        }
    }
}
