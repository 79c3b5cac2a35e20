import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

@Suite("A prune")
struct PruneTests {
    /// The plan of a stage of an application for a cluster whose objects are values.
    private func plan(
        _ stage: String = "K8S_SYNC",
        _ options: String = "{prune: true}",
        manifests: [String] = [Text.deployment()],
        plugin: String = "{}",
        live: [Value],
        _ change: (inout StubView) -> Void = { _ in }
    ) async throws -> ClusterPlan {
        try await ApplicationFixture.with(["a.yaml": manifests.joined(separator: "---\n")], plugin: plugin) { fixture in
            let targets = [DeployTarget(name: "eu", access: .offline)]
            let request = try fixture.request(stage, options, targets: targets)
            let planner = request.stage.kind.planner
            let prepared = try #require(try await TargetPreparation(request: request).prepare(with: planner).first)
            var view = StubView(live)
            change(&view)
            return try await planner.plan(prepared.input, in: view)
        }
    }

    private func pruned(_ plan: ClusterPlan) -> [String] {
        plan.summary.filter { $0.hasPrefix("prune") }
    }

    private func primary(_ apiVersion: String, _ kind: String, _ name: String, marks: [String: String] = [:]) -> Value {
        Live.object(apiVersion, kind, name, variant: "primary", marks: marks)
    }

    private func configMaps(_ count: Int) -> [Value] {
        (0..<count).map { primary("v1", "ConfigMap", "c\($0)") }
    }

    @Test("of an application of 5,000 objects looks for each of them once", .timeLimit(.minutes(1)))
    func large() async throws {
        let names = (0..<5_000).map { "c\($0)" }
        let manifests = names.map { "{apiVersion: v1, kind: ConfigMap, metadata: {name: \($0)}}\n" }
        let live = names.map { primary("v1", "ConfigMap", $0) } + [primary("v1", "ConfigMap", "old")]
        let view = StubView(live)
        try await ApplicationFixture.with(["a.yaml": manifests.joined(separator: "---\n")]) { fixture in
            let targets = [DeployTarget(name: "eu", access: .offline)]
            let request = try fixture.request("K8S_SYNC", "{prune: true}", targets: targets)
            let prepared = try await TargetPreparation(request: request).prepare(with: request.stage.kind.planner)
            let input = try #require(prepared.first?.input)
            let prune = Prune(input: input, view: view, wanted: view.resolveNamespaces(input.manifests))
            #expect(try await prune.plan().phases.flatMap { $0 }.flatMap(\.resources).map(\.name) == ["old"])
        }
    }

    @Test("PRI-06, PRI-10 of a primary rollout removes old primary objects, and keeps canary and baseline")
    func primaryRollout() async throws {
        let live = [
            primary("apps/v1", "Deployment", "orders"), primary("apps/v1", "Deployment", "orders-old"),
            Live.object("apps/v1", "Deployment", "orders-canary"),
            Live.object("apps/v1", "Deployment", "orders-baseline", variant: "baseline"),
        ]
        let plan = try await plan("K8S_PRIMARY_ROLLOUT", live: live)
        #expect(pruned(plan) == ["prune apps:Deployment:default:orders-old"])
        #expect(try pruned(await self.plan("K8S_PRIMARY_ROLLOUT", "{}", live: live)).isEmpty, "PRI-07")
    }

    @Test("BEYOND-16 finds an object again that lost the label of its variant")
    func lostLabel() async throws {
        var service = primary("v1", "Service", "orders-old")
        service["metadata"]?["labels"]?["pipecd.dev/variant"] = Value?.none
        #expect(
            try await pruned(plan("K8S_PRIMARY_ROLLOUT", live: [service])) == ["prune :Service:default:orders-old"]
        )
    }

    @Test("keeps the route that a primary rollout leaves to the traffic stage")
    func route() async throws {
        let live = [
            primary("networking.istio.io/v1", "VirtualService", "orders-routes"),
            primary("v1", "Service", "gone"),
        ]
        let manifests = [Text.deployment(), Text.virtualService]
        try await ApplicationFixture.with(
            ["a.yaml": manifests.joined(separator: "---\n")],
            plugin: Text.istio,
            stages: "[{name: K8S_CANARY_ROLLOUT}, {name: K8S_TRAFFIC_ROUTING, with: {canary: 10}}]"
        ) { fixture in
            let targets = [DeployTarget(name: "eu", access: .offline)]
            let request = try fixture.request("K8S_PRIMARY_ROLLOUT", "{prune: true}", targets: targets)
            let planner = request.stage.kind.planner
            let prepared = try #require(try await TargetPreparation(request: request).prepare(with: planner).first)
            let plan = try await planner.plan(prepared.input, in: StubView(live))
            #expect(pruned(plan) == ["prune :Service:default:gone"])
            #expect(!plan.manifests.contains { $0.kind == "VirtualService" })
        }
    }

    @Test(
        "BEYOND-01, PRUNE-05 takes an object for the one it just applied, in the namespace that the cluster gives it",
        arguments: ["default", "team-a"]
    )
    func namespace(name: String) async throws {
        var live = primary("apps/v1", "Deployment", "orders")
        live["metadata"]?["namespace"] = .string(name)
        let plan = try await plan(live: [live]) { $0.namespace = name }
        #expect(pruned(plan).isEmpty)
    }

    @Test(
        "SYN-08, PRUNE-02 keeps what is not ours, E29",
        arguments: [
            ["pipecd.dev/managed-by": "someone"], ["pipecd.dev/application": "another"],
            ["pipecd.dev/deploy-target": "us"],
        ]
    )
    func foreign(marks: [String: String]) async throws {
        #expect(try await pruned(plan(live: [primary("v1", "Secret", "s", marks: marks)])).isEmpty)
    }

    @Test("PRUNE-01 removes what is no longer in Git, a namespace only where that is allowed")
    func gone() async throws {
        let live = [
            primary("v1", "ConfigMap", "env"), primary("v1", "Secret", "db"), primary("v1", "Secret", "old"),
            primary("v1", "Namespace", "legacy"),
        ]
        let manifests = [("ConfigMap", "env"), ("Secret", "db")].map { kind, name in
            "{apiVersion: v1, kind: \(kind), metadata: {name: \(name)}}\n"
        }
        let plan = try await plan(manifests: manifests, plugin: "{allowPruning: [Namespace]}", live: live)
        #expect(plan.summary.filter { $0.hasPrefix("prune") }.map { $0.hasSuffix(":old") } == [true, false])
        #expect(pruned(plan).last?.contains(":Namespace:") == true && pruned(plan).last?.hasSuffix("legacy") == true)
        await #expect(throws: StageError.self) { try await self.plan(manifests: manifests, live: live) }
    }

    @Test("PRUNE-03, PRUNE-04 removes the object of a former namespace, and none for another version")
    func moved() async throws {
        var former = primary("v1", "ConfigMap", "env")
        former["metadata"]?["namespace"] = "old"
        let there = primary("v1", "ConfigMap", "env")
        let move = try await plan(
            manifests: ["{apiVersion: v1, kind: ConfigMap, metadata: {name: env}}\n"],
            live: [former, there]
        )
        #expect(pruned(move) == ["prune :ConfigMap:old:env"])
        let version = try await plan(
            manifests: ["{apiVersion: acme.io/v1, kind: CronTab, metadata: {name: c1}}\n"],
            live: [primary("acme.io/v1beta1", "CronTab", "c1")]
        )
        #expect(pruned(version).isEmpty)
    }

    @Test("SYN-08 keeps what another object owns")
    func owned() async throws {
        var object = primary("apps/v1", "ReplicaSet", "orders-1")
        object["metadata"]?["ownerReferences"] = [["kind": "Deployment", "name": "orders", "uid": "1"]]
        #expect(try await pruned(plan(live: [object])).isEmpty)
    }

    @Test("keeps what asks for it, and says so")
    func optOut() async throws {
        let plan = try await plan(live: [primary("v1", "ConfigMap", "c", marks: ["pipecd.dev/prune": "false"])])
        #expect(pruned(plan).isEmpty)
        #expect(plan.notes == ["ConfigMap/default/c is not in Git and stays: pipecd.dev/prune is \"false\""])
    }

    @Test("PRUNE-06 keeps an object that another API group shows, too, when it is the one applied")
    func otherGroup() async throws {
        let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\n"
        let old = primary("extensions/v1beta1", "Ingress", "web")
        let live = primary("networking.k8s.io/v1", "Ingress", "web")
        let plan = try await plan(manifests: [ingress], live: [old]) { view in
            view.resources.append(contentsOf: [LiveResource(live)].compactMap { $0 })
            view.shown = 1
        }
        #expect(pruned(plan).isEmpty)
    }

    @Test("removes in the reverse order of applying")
    func order() async throws {
        let live = [
            primary("v1", "ConfigMap", "c"), primary("v1", "Service", "s"), primary("apps/v1", "Deployment", "d"),
            primary("v1", "ConfigMap", "late", marks: ["pipecd.dev/order": "5"]),
        ]
        #expect(
            try await pruned(plan(live: live)) == [
                "prune :ConfigMap:default:late", "prune apps:Deployment:default:d", "prune :Service:default:s",
                "prune :ConfigMap:default:c",
            ]
        )
    }

    @Test(
        "refuses to remove more than can be meant",
        arguments: [
            (6, "{}", [Text.deployment()], "6 of 6 live objects would go"),
            (6, "{maxPrunePercent: 99}", [Text.deployment()], "more than maxPrunePercent: 99 allows"),
            (6, "{maxPrunePercent: 100}", [Text.deployment()], nil), (5, "{}", [Text.deployment()], nil),
            (1, "{maxPrunePercent: 0}", [Text.deployment()], "1 of 1 live objects would go"),
            (1, "{maxPrunePercent: 99}", ["# nothing"], "there are no manifests, so all 1 objects would go"),
            (8, "{maxPrunePercent: 100}", ["# nothing"], nil),
        ] as [(Int, String, [String], String?)]
    )
    func tooMuch(count: Int, plugin: String, manifests: [String], refusal: String?) async throws {
        let result = await Result {
            try await plan(manifests: manifests, plugin: plugin, live: configMaps(count))
        }
        switch (result, refusal) {
        case (.success(let plan), nil): #expect(pruned(plan).count == count)
        case (.failure(let error), let refusal?): #expect("\(error)".contains(refusal), "\(error)")
        default: Issue.record("\(result)")
        }
    }

    @Test(
        "refuses to remove what others are in",
        arguments: ["v1/Namespace", "apiextensions.k8s.io/v1/CustomResourceDefinition"]
    )
    func holders(type: String) async throws {
        let parts = type.split(separator: "/").map(String.init)
        let live = primary(parts.dropLast().joined(separator: "/"), parts.last ?? "", "big")
        let error = await #expect(throws: StageError.self) { try await plan(live: [live]) }
        #expect("\(error as Any)".contains("would go with everything in it"), "\(error as Any)")
    }

    @Test("refuses when not everything could be searched")
    func incomplete() async throws {
        let error = await #expect(throws: StageError.self) {
            try await plan(live: []) { $0.notes = ["metrics.k8s.io/v1beta1 was not searched: 503"] }
        }
        #expect("\(error as Any)".contains("metrics.k8s.io/v1beta1 was not searched: 503"), "\(error as Any)")
    }
}
