import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

@Suite("A traffic plan")
struct TrafficPlanTests {
    private func plan(_ options: String, live: [Value], istio: Bool = true) async throws -> ClusterPlan {
        let manifests = [
            Text.deployment(variant: !istio), Text.service(variant: !istio), Text.virtualService,
        ].joined(separator: "---\n")
        return try await ApplicationFixture.with(["a.yaml": manifests], plugin: istio ? Text.istio : "{}") { fixture in
            let target = DeployTarget(name: "eu", access: .offline)
            let request = try fixture.request("K8S_TRAFFIC_ROUTING", options, targets: [target])
            let planner = request.stage.kind.planner
            let prepared = try #require(try await TargetPreparation(request: request).prepare(with: planner).first)
            return try await planner.plan(prepared.input, in: StubView(live))
        }
    }

    private func primary(ready: Int) -> Value { Live.deployment("orders", variant: "primary", ready: ready) }
    private func canary(ready: Int) -> Value { Live.deployment("orders-canary", variant: "canary", ready: ready) }

    @Test("moves traffic when every variant that receives some has ready pods")
    func ready() async throws {
        let plan = try await plan("{canary: 10}", live: [primary(ready: 2), canary(ready: 1)])
        #expect(plan.summary == ["route networking.istio.io:VirtualService:default:orders-routes"])
    }

    @Test("is refused when the canary has no ready pods, and names the workload")
    func canaryNotReady() async {
        let error = await #expect(throws: StageError.self) {
            try await plan("{canary: 10}", live: [primary(ready: 2), canary(ready: 0)])
        }
        #expect(
            "\(error as Any)".contains(
                "eu: variant \"canary\" is not ready for traffic: Deployment/default/orders-canary has 0 of 2 pods ready; "
                    + "no cluster was changed"
            ),
            "\(error as Any)"
        )
    }

    @Test("is refused when the variant is not there at all")
    func noCanary() async {
        let error = await #expect(throws: StageError.self) {
            try await plan("{canary: 10}", live: [primary(ready: 2)])
        }
        #expect("\(error as Any)".contains("no workload of it is behind"), "\(error as Any)")
    }

    @Test("does not ask for pods of a variant that receives nothing")
    func canaryNotNeeded() async throws {
        let plan = try await plan("{primary: 100}", live: [primary(ready: 1), canary(ready: 0)])
        #expect(plan.steps.count == 1)
    }

    @Test("looks only at workloads that the Service selects")
    func otherWorkloads() async throws {
        let other = Live.deployment("worker-canary", app: "worker", variant: "canary", ready: 0)
        let plan = try await plan("{canary: 10}", live: [primary(ready: 2), canary(ready: 1), other])
        #expect(plan.steps.count == 1)
    }

    @Test("does not count pods of an older version of the workload")
    func olderVersion() async {
        var old = canary(ready: 2)
        var metadata = old["metadata"] ?? .null
        metadata["generation"] = 2
        old["metadata"] = metadata
        let live = [primary(ready: 2), old]
        await #expect(throws: StageError.self) { try await plan("{canary: 10}", live: live) }
    }

    @Test("does not count ready pods of the version before")
    func oldPods() async {
        var rolling = canary(ready: 4)
        rolling["status"] = ["replicas": 5, "updatedReplicas": 1, "readyReplicas": 4, "observedGeneration": 1]
        let live = [primary(ready: 2), rolling]
        await #expect(throws: StageError.self) { try await plan("{canary: 10}", live: live) }
    }

    @Test("is refused when the Service would select a primary whose pods do not carry the label")
    func unlabelledPrimary() async {
        var unlabelled = primary(ready: 2)
        unlabelled["spec"] = ["template": ["metadata": ["labels": ["app": "orders"]]]]
        let live = [unlabelled]
        let error = await #expect(throws: StageError.self) {
            try await plan("{all: primary}", live: live, istio: false)
        }
        #expect("\(error as Any)".contains("no workload of it is behind Service \"orders\""), "\(error as Any)")
    }

    @Test("TRP-01 points the Service at the canary")
    func podSelector() async throws {
        let plan = try await plan("{canary: 100}", live: [canary(ready: 1)], istio: false)
        #expect(plan.summary == ["route :Service:default:orders"])
        #expect(plan.manifests.first?[path: "spec", "selector", "pipecd.dev/variant"] == "canary")
    }
}
