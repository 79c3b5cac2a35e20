import FakeKubernetes
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import KubernetesAPI
@testable import Stages

@Suite("The memory of live states", .timeLimit(.minutes(5)))
struct LiveStateStoreTests {
    @Test("tells what one look tells, and answers again and again without asking the clusters")
    func requests() async throws {
        try await StoreFixture.with(["eu", "us"]) { fixture in
            let looks = try await fixture.look()
            let first = try await fixture.states()
            for (state, look) in zip(first, looks) {
                #expect(state.objects.count == 7 && state.hidden.isEmpty)
                #expect(state.objects.map(\.key) == look.objects.map(\.key))
                #expect(state.objects.map(\.health) == look.objects.map(\.health))
                #expect(state.objects.map(\.owners) == look.objects.map(\.owners))
                #expect(state.managed.map(\.body) == look.managed.map(\.body))
                #expect(state.objects.map(\.replicas) == look.objects.map(\.replicas))
            }
            let count = { fixture.fleet.clusters.map(\.requests.count) }
            let before = count()
            for number in 0..<100 {
                let name = number % 10 == 0 ? "app-orders" : "app-\(number % 10)"
                let states = try await fixture.states(of: name)
                #expect(states.map(\.objects.count) == (number % 10 == 0 ? [7, 7] : [0, 0]))
            }
            #expect(count() == before)
        }
    }

    @Test("follows what appears, changes and goes")
    func changes() async throws {
        try await StoreFixture.with { fixture in
            _ = try await fixture.states()
            fixture.create("new")
            try await fixture.wait { $0.managed.contains { $0.key.name == "new" } }
            let patch: Value = ["data": ["a": "2"]]
            let path = "\(Path.configMaps)/new"
            fixture.cluster.perform("PATCH", path, patch, contentType: "application/merge-patch+json")
            try await fixture.wait { $0.managed.contains { $0.body?.object[path: "data", "a"] == "2" } }
            fixture.cluster.perform("DELETE", path)
            try await fixture.wait { !$0.managed.contains { $0.key.name == "new" } }
            let scale: Value = ["spec": ["replicas": 3]]
            fixture.cluster.perform(
                "PATCH",
                "\(Path.deployments)/cart",
                scale,
                contentType: "application/merge-patch+json"
            )
            try await fixture.wait { $0.objects.count { $0.key.kind == "Pod" } == 3 && $0.pipeCDStatus == .healthy }
        }
    }

    @Test("keeps applications apart")
    func applications() async throws {
        try await StoreFixture.with { fixture in
            fixture.create("theirs", of: "app-other")
            fixture.create("elsewhere", marks: ["pipecd.dev/deploy-target": "us"])
            let names = { (state: [LiveState]) in state.flatMap(\.objects).map(\.key.name) }
            let theirs = names(try await fixture.states(of: "app-other"))
            #expect(theirs == ["theirs"])
            let ours = names(try await fixture.states())
            #expect(ours.contains("cart") && !ours.contains("theirs") && !ours.contains("elsewhere"))
        }
    }

    @Test("loses nothing when the server has forgotten what happened")
    func compaction() async throws {
        try await StoreFixture.with { fixture in
            _ = try await fixture.states()
            fixture.cluster.expireEverything()
            fixture.create("new")
            fixture.cluster.perform("DELETE", "\(Path.services)/cart")
            try await fixture.wait { state in
                state.managed.map(\.key.name) == ["new", "orders-settings", "cart"]
                    && !state.objects.contains { $0.key.kind == "EndpointSlice" }
            }
        }
    }

    @Test("tells nothing of a cluster that is away but since when, and the truth when it is back")
    func away() async throws {
        var pace = ClusterWatch.Pace()
        pace.grace = .zero
        try await StoreFixture.with(["eu", "us"], pace: pace) { fixture in
            _ = try await fixture.states()
            await fixture.cluster.goDown()
            let error = try await fixture.error()
            #expect(error.hasPrefix("eu: ") && error.contains("nothing is known of it since 20"), "\(error)")
            let others = try await fixture.answers()
            #expect(try others[1].result.get().objects.count == 7)
            fixture.create("new")
            try await fixture.cluster.comeBack()
            try await fixture.wait { $0.managed.contains { $0.key.name == "new" } }
        }
    }

    @Test("tells at once of a cluster that never answered")
    func neverThere() async throws {
        try await StoreFixture.with { fixture in
            await fixture.cluster.goDown()
            let error = try await fixture.error()
            #expect(error.contains("cannot reach"), "\(error)")
            try await fixture.cluster.comeBack()
            try await fixture.wait { $0.objects.count == 7 }
        }
    }

    @Test("says what it still waits for when the patience of a call is over")
    func patience() async throws {
        var pace = ClusterWatch.Pace()
        pace.patience = .zero
        try await StoreFixture.with(pace: pace) { fixture in
            fixture.cluster.inject(Fault(.stall, verbs: [.list]))
            let error = try await fixture.error()
            #expect(error == "eu: its types of objects are not known yet; ask again")
        }
    }

    @Test("LIVE-06 shows all but what it may not see, and looks for that again")
    func forbidden() async throws {
        var pace = ClusterWatch.Pace()
        pace.search = .milliseconds(20)
        try await StoreFixture.with(pace: pace) { fixture in
            for resource in ["secrets", "pods"] {
                fixture.cluster.inject(.forbidden(verbs: [.list], resource: resource))
            }
            try await fixture.wait { $0.hidden.count == 2 }
            let state = try #require(try await fixture.states().first)
            #expect(Set(state.hidden.map(\.type.kind)) == ["Secret", "Pod"])
            #expect(state.hidden.allSatisfy { $0.reason.hasSuffix("in all namespaces") }, "\(state.hidden)")
            #expect(state.objects.count == 5)
            fixture.cluster.clearFaults()
            try await fixture.wait { $0.hidden.isEmpty && $0.objects.count == 7 }
        }
    }

    @Test("watches the types that Git names although there are no objects of them yet")
    func named() async throws {
        try await StoreFixture.with { fixture in
            let type = GroupVersionKind(group: "", version: "v1", kind: "ServiceAccount")
            let target = try #require(fixture.fleet.targets.first)
            let ask = {
                try await fixture.store.states(
                    of: "app-orders",
                    on: [target],
                    spec: PluginSpec(),
                    naming: ["eu": [type]]
                )
            }
            _ = try await ask()
            let object = StoreFixture.object("ServiceAccount", "robot")
            fixture.cluster.perform("POST", "/api/v1/namespaces/default/serviceaccounts", object)
            try await fixture.wait { $0.managed.contains { $0.key.name == "robot" } }
        }
    }

    @Test("searches again for a type that Git names and the cluster does not serve yet")
    func definition() async throws {
        var pace = ClusterWatch.Pace()
        pace.earlySearch = .zero
        try await StoreFixture.with(pace: pace) { fixture in
            let type = GroupVersionKind(group: "shop.test", version: "v1", kind: "Basket")
            let target = try #require(fixture.fleet.targets.first)
            let answer = fixture.cluster.perform(
                "POST",
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                StoreFixture.definition
            )
            #expect(answer.code == 201, "\(answer)")
            let basket = StoreFixture.object("Basket", "one", version: "shop.test/v1")
            let path = "/apis/shop.test/v1/namespaces/default/baskets"
            try await Polling.wait {
                _ = try await fixture.store.states(
                    of: "app-orders",
                    on: [target],
                    spec: PluginSpec(),
                    naming: ["eu": [type]]
                )
                fixture.cluster.perform("POST", path, basket)
                return try await fixture.states().first?.managed.contains { $0.key.name == "one" } == true
            }
        }
    }

    @Test("looks only for new types when Git names one that the cluster does not serve, and more and more seldom")
    func neverServed() async throws {
        var pace = ClusterWatch.Pace()
        pace.earlySearch = .milliseconds(50)
        try await StoreFixture.with(pace: pace) { fixture in
            let type = GroupVersionKind(group: "shop.test", version: "v1", kind: "Basket")
            let target = try #require(fixture.fleet.targets.first)
            _ = try await fixture.states()
            fixture.cluster.clearRequests()
            let began = ContinuousClock.now
            func searches() -> Int { fixture.cluster.requests.count { $0.path == "/apis" } }
            try await Polling.wait {
                _ = try await fixture.store.states(
                    of: "app-orders",
                    on: [target],
                    spec: PluginSpec(),
                    naming: ["eu": [type]]
                )
                return searches() >= 3
            }
            #expect(ContinuousClock.now - began >= .milliseconds(300))
            let lists = fixture.cluster.requests.map(\.path).filter { $0.hasSuffix("/secrets") }
            #expect(lists.isEmpty)
        }
    }

    @Test("asks no more often than before once a type that Git names is gone, however often it is asked")
    func deletedDefinition() async throws {
        try await StoreFixture.with { fixture in
            let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
            fixture.cluster.perform("POST", definitions, StoreFixture.definition)
            let type = GroupVersionKind(group: "shop.test", version: "v1", kind: "Basket")
            let target = try #require(fixture.fleet.targets.first)
            func ask() async throws {
                let answers = try await fixture.store.states(
                    of: "app-orders",
                    on: [target],
                    spec: PluginSpec(),
                    naming: ["eu": [type]]
                )
                _ = try answers[0].result.get()
            }
            try await ask()
            let path = "/apis/shop.test/v1/baskets"
            func lists() -> Int { fixture.cluster.requests.count { $0.path == path } }
            #expect(lists() > 0)
            fixture.cluster.perform("DELETE", "\(definitions)/baskets.shop.test")
            let before = lists()
            await fixture.cluster.wait { seen in seen.requests.count { $0.path == path } > before }
            try await ask()
            let after = lists()
            for _ in 0..<20 { try await ask() }
            // What was under way may still end.
            #expect(lists() - after <= 3)
        }
    }

    @Test("reads an object in the version that Git has it in, also when that changes")
    func version() async throws {
        try await StoreFixture.with { fixture in
            let path = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers"
            var object = StoreFixture.object("HorizontalPodAutoscaler", "cart", version: "autoscaling/v2")
            object["spec"] = [
                "maxReplicas": 3, "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"],
            ]
            var metadata = object["metadata"] ?? .null
            metadata["annotations"]?["pipecd.dev/original-api-version"] = "autoscaling/v1"
            object["metadata"] = metadata
            let answer = fixture.cluster.perform("POST", path, object)
            #expect(answer.code == 201, "\(answer)")
            func version(_ state: LiveState) -> String? {
                state.managed.first { $0.key.kind == "HorizontalPodAutoscaler" }?.groupVersionKind.version
            }
            try await fixture.wait { version($0) == "v1" }
            let patch: Value = ["metadata": ["annotations": ["pipecd.dev/original-api-version": "autoscaling/v2"]]]
            fixture.cluster.perform("PATCH", "\(path)/cart", patch, contentType: "application/merge-patch+json")
            try await fixture.wait { version($0) == "v2" }
        }
    }

    @Test("watches another cluster when the kubeconfig names another one, and the old one no more")
    func kubeconfig() async throws {
        try await StoreFixture.with(["eu", "us"], deployed: ["eu"]) { fixture in
            let target = fixture.fleet.targets[0]
            let count7 = try await fixture.states(on: [target]).map(\.objects.count)
            #expect(count7 == [7])
            guard case .cluster(let path?, _, _) = target.access else { return }
            try TestFiles.write(fixture.fleet.clusters[1].kubeconfigText(), to: path)
            let count0 = try await fixture.states(on: [target]).map(\.objects.count)
            #expect(count0 == [0])
            await fixture.cluster.wait { $0.openWatches == 0 }
        }
    }

    @Test("looks at one namespace only where the target says so")
    func namespace() async throws {
        try await StoreFixture.with { fixture in
            var informer = AppStateInformer()
            informer.namespace = "default"
            let target = DeployTarget(name: "eu", access: fixture.fleet.targets[0].access, informer: informer)
            fixture.cluster.clearRequests()
            let count7 = try await fixture.states(on: [target]).map(\.objects.count)
            #expect(count7 == [7])
            let lists = fixture.cluster.requests.map(\.path).filter { $0 != "/api" && $0 != "/apis" }
            #expect(!lists.isEmpty && lists.allSatisfy { $0.contains("/namespaces/default/") }, "\(lists)")
        }
    }

    @Test("ends every watch with its task, also while calls wait")
    func ends() async throws {
        try await StoreFixture.with { fixture in
            _ = try await fixture.states()
            await fixture.cluster.wait { $0.openWatches > 5 }
            fixture.stop()
            await fixture.cluster.wait { $0.openWatches == 0 }
        }
    }

    @Test("lets go of a call that nobody waits for any more")
    func cancelled() async throws {
        try await StoreFixture.with { fixture in
            fixture.cluster.inject(Fault(.stall, verbs: [.list]))
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await fixture.answers() }
                await fixture.cluster.wait { seen in seen.requests.contains { $0.path == "/api/v1/configmaps" } }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
        }
    }
}
