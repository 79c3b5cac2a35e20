import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

@Suite("A plan made offline")
struct OfflinePlanTests {
    @Test("CAN-01 makes a canary of half the pods and waits for it")
    func canary() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.deployment()]) { fixture in
            let plan = try await fixture.plan("K8S_CANARY_ROLLOUT", "{replicas: 50%}")
            let cluster = try #require(plan.clusters.first)
            #expect(
                cluster.summary == [
                    "apply apps:Deployment::orders-canary", "waitUntilReady apps:Deployment::orders-canary",
                ]
            )
            let manifest = try #require(cluster.manifests.first)
            #expect(manifest[path: "spec", "replicas"]?.int == 2)
            #expect(manifest.labels["pipecd.dev/commit-hash"] == "c0ffee2")
            #expect(manifest.annotations["pipecd.dev/deploy-target"] == "eu")
        }
    }

    @Test("CAN-17 writes configuration before the Service and the workload, in phases")
    func phases() async throws {
        let files = [
            "a.yaml": [Text.deployment(), Text.service(), Text.configMap, Text.secret].joined(separator: "---\n")
        ]
        try await ApplicationFixture.with(files) { fixture in
            let plan = try await fixture.plan("K8S_MULTI_CANARY_ROLLOUT", "{createService: true}")
            let phases = try #require(plan.clusters.first).phases.map { $0.map(\.action).first ?? "" }
            #expect(phases == ["apply", "apply", "apply", "waitUntilReady"])
            #expect(
                plan.clusters.first?.manifests.map { "\($0.key)" } == [
                    ":ConfigMap::orders-settings-canary", ":Secret::orders-db-canary", ":Service::orders-canary",
                    "apps:Deployment::orders-canary",
                ]
            )
        }
    }

    @Test("has one plan for each target, in their order, the same each time")
    func targets() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.deployment()]) { fixture in
            let first = try await fixture.plan("K8S_CANARY_ROLLOUT", targets: ["eu", "us", "asia"])
            let second = try await fixture.plan("K8S_CANARY_ROLLOUT", targets: ["eu", "us", "asia"])
            #expect(first.clusters.map(\.target) == ["eu", "us", "asia"])
            #expect(first.clusters.map(\.manifests) == second.clusters.map(\.manifests))
        }
    }

    @Test(
        "tells of a Secret whose stringData the config hash does not cover, where the primary's pods are made",
        arguments: [
            ("K8S_PRIMARY_ROLLOUT", "{}", 1), ("K8S_SYNC", "{}", 1), ("K8S_CANARY_ROLLOUT", "{}", 0),
            ("K8S_PRIMARY_ROLLOUT", "{configHashVersion: 2}", 0), ("K8S_SYNC", "{configHashVersion: 2}", 0),
        ]
    )
    func textsOfSecrets(stage: String, plugin: String, count: Int) async throws {
        let pods = "volumes: [{name: v, secret: {secretName: orders-db}}]\n      containers:"
        let workload = Text.deployment().replacing("containers:", with: pods)
        let secret = Text.secret.replacing("data: {dsn: cG9zdGdyZXM6Ly91OnBAZGIvb3JkZXJz}", with: "stringData: {a: b}")
        try await ApplicationFixture.with(["a.yaml": "\(workload)---\n\(secret)"], plugin: plugin) { fixture in
            let note =
                "Secret/orders-db: the pods that use it do not restart when its stringData changes; "
                + "set configHashVersion: 2"
            let plan = try await fixture.plan(stage)
            #expect(plan.clusters.first?.notes.filter { $0 == note }.count == count)
        }
    }

    @Test("makes each namespace once, and none that the manifests bring themselves")
    func namespaces() async throws {
        let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: own}\n"
        let own = Text.configMap.replacing("name: orders-settings", with: "name: a, namespace: own")
        let other = Text.configMap.replacing("name: orders-settings", with: "name: b, namespace: other")
        let third = Text.configMap.replacing("name: orders-settings", with: "name: c, namespace: other")
        let files = ["a.yaml": [namespace, own, other, third].joined(separator: "---\n")]
        try await ApplicationFixture.with(files, plugin: "{input: {autoCreateNamespace: true}}") { fixture in
            let plan = try await fixture.plan("K8S_PRIMARY_ROLLOUT")
            #expect(
                plan.clusters.first?.summary.filter { $0.hasPrefix("ensure") } == ["ensureNamespace :Namespace::other"]
            )
        }
    }

    @Test("PRI-08 leaves a VirtualService to the traffic stage when the pipeline has one")
    func virtualServiceIsLeft() async throws {
        let files = ["a.yaml": [Text.deployment(), Text.service(), Text.virtualService].joined(separator: "---\n")]
        let stages = "[{name: K8S_CANARY_ROLLOUT}, {name: K8S_TRAFFIC_ROUTING, with: {canary: 30}}]"
        try await ApplicationFixture.with(files, plugin: Text.istio, stages: stages) { fixture in
            let plan = try await fixture.plan("K8S_PRIMARY_ROLLOUT")
            let cluster = try #require(plan.clusters.first)
            #expect(cluster.manifests.map(\.kind) == ["Service", "Deployment"])
            #expect(cluster.notes == ["VirtualService/orders-routes is left to the traffic stage"])
        }
    }

    @Test("writes the VirtualService when the pipeline has no traffic stage")
    func virtualServiceIsWritten() async throws {
        let files = ["a.yaml": [Text.deployment(), Text.virtualService].joined(separator: "---\n")]
        try await ApplicationFixture.with(files, plugin: Text.istio) { fixture in
            let plan = try await fixture.plan("K8S_PRIMARY_ROLLOUT")
            #expect(plan.clusters.first?.manifests.map(\.kind).contains("VirtualService") == true)
        }
    }

    @Test("TRI-01 routes the shares that the stage asks for")
    func route() async throws {
        let files = ["a.yaml": [Text.deployment(), Text.virtualService].joined(separator: "---\n")]
        try await ApplicationFixture.with(files, plugin: Text.istio) { fixture in
            let plan = try await fixture.plan("K8S_TRAFFIC_ROUTING", "{canary: 35}")
            #expect(plan.clusters.first?.summary == ["route networking.istio.io:VirtualService::orders-routes"])
            guard case .route(_, let weights)? = plan.clusters.first?.steps.first else {
                Issue.record("no route step")
                return
            }
            #expect(weights[.primary] == 65)
            #expect(weights[.canary] == 35)
        }
    }

    @Test("waits for nothing when readiness is switched off")
    func noWait() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.deployment()]) { fixture in
            let plan = try await fixture.plan("K8S_CANARY_ROLLOUT", "{readiness: {wait: false}}")
            #expect(plan.clusters.first?.steps.map(\.action) == ["apply"])
        }
    }

    @Test("of a clean shows what the earlier stages of the same dry run made, in the order of deletion")
    func predictedClean() async throws {
        let files = ["a.yaml": [Text.deployment(), Text.service(), Text.configMap].joined(separator: "---\n")]
        try await ApplicationFixture.with(files) { fixture in
            let canary = try await fixture.plan("K8S_CANARY_ROLLOUT", "{createService: true}")
            let runner = StageRunner(connections: .init(engine: .init()))
            let request = try fixture.request("K8S_CANARY_CLEAN", targets: [DeployTarget(name: "eu", access: .offline)])
            let plan = try await runner.plan(request, after: [StageForecast(plan: canary)])
            #expect(
                plan.clusters.first?.summary == [
                    "delete :Service::orders-canary", "delete apps:Deployment::orders-canary",
                    "delete :ConfigMap::orders-settings-canary",
                ]
            )
        }
    }
}
