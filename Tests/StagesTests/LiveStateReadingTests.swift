import FakeKubernetes
import KubernetesAPI
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages

@Suite("Reading live states", .timeLimit(.minutes(5)))
struct LiveStateReadingTests {
    private static let files = [
        "a.yaml": [
            Text.deployment("cart", replicas: 2, variant: true), Text.service("cart", variant: true), Text.configMap,
        ]
        .joined(separator: "---\n")
    ]

    /// Runs a body with clusters to which the application was deployed.
    private static func deployed(
        _ names: [String] = ["eu"],
        options: FakeClusterOptions = FakeClusterOptions(),
        _ body: (Fleet) async throws -> Void
    ) async throws {
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(names, options: options) { fleet in
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .succeeded, "\(report)")
                try await body(fleet.fresh)
            }
        }
    }

    private static func answers(_ fleet: Fleet, _ targets: [DeployTarget]? = nil) async throws -> [LiveStateAnswer] {
        try await LiveStateReading(application: "app-orders", spec: PluginSpec(), connections: fleet.connections)
            .states(of: targets ?? fleet.targets)
    }

    private static func state(_ fleet: Fleet) async throws -> LiveState {
        try #require(try await answers(fleet).first).result.get()
    }

    /// An object as it is sent to a server that does not have it.
    private static func new(_ object: Value) -> Value {
        var (object, metadata) = (object, object["metadata"] ?? .null)
        (metadata["uid"], metadata["resourceVersion"]) = (nil, nil)
        object["metadata"] = metadata
        return object
    }

    @Test("LIVE-05 find the application's objects and what grew out of them, in every cluster")
    func tree() async throws {
        try await Self.deployed(["eu", "us"]) { fleet in
            for (answer, target) in zip(try await Self.answers(fleet), fleet.targets) {
                let state = try answer.result.get()
                #expect(answer.target == target.name && state.target == target.name)
                #expect(state.managed.map(\.key.kind) == ["ConfigMap", "Service", "Deployment"])
                let kinds = ["ConfigMap", "Pod", "Pod", "Service", "Deployment", "ReplicaSet", "EndpointSlice"]
                #expect(state.objects.map(\.key.kind) == kinds)
                #expect(state.hidden.isEmpty && state.pipeCDStatus == .healthy, "\(state)")
                #expect(state.managed.allSatisfy { $0.commit == "c0ffee2" && $0.body?.managedFields.isEmpty == false })
                let deployment = try #require(state.managed.last)
                let set = try #require(state.children(of: deployment).first)
                #expect(state.children(of: set).count == 2)
                #expect(deployment.replicas == LiveObject.Replicas(ready: 2, desired: 2))
            }
        }
    }

    @Test("ask for metadata first, and for bodies of what was found only")
    func requests() async throws {
        try await Self.deployed { fleet in
            _ = try await Self.state(fleet)
            let lists = fleet.clusters[0].requests.filter { $0.path.hasSuffix("/secrets") }
            #expect(lists.count == 1)
            let found = fleet.clusters[0].requests.filter { $0.path == "/api/v1/configmaps" }
            #expect(found.count == 2 && found.allSatisfy { $0.query.contains("app-orders") })
            #expect(
                !fleet.clusters[0].requests.contains { $0.path.hasSuffix("/events") }
            )
        }
    }

    @Test("LIVE-06 tell of a type that may not be listed, and show the rest")
    func forbidden() async throws {
        try await Self.deployed { fleet in
            for resource in ["secrets", "pods"] {
                fleet.clusters[0].inject(.forbidden(verbs: [.list], resource: resource))
            }
            let state = try await Self.state(fleet)
            #expect(state.managed.count == 3)
            #expect(state.hidden.map(\.type) == [GroupKind(kind: "Pod"), GroupKind(kind: "Secret")])
            #expect(state.hidden.last?.reason.hasSuffix("grant list on secrets in all namespaces") == true)
        }
    }

    @Test("tell which groups of types they know nothing of")
    func partialDiscovery() async throws {
        var options = FakeClusterOptions()
        options.hasAggregatedDiscovery = false
        try await Self.deployed(options: options) { fleet in
            let client = try fleet.connections.client(for: fleet.targets[0], requests: 4)
            for type in [GroupKind(kind: "ConfigMap"), GroupKind(group: "apps", kind: "Deployment")] {
                _ = try await client.mapping(for: type)
            }
            fleet.clusters[0].inject(.forbidden(verbs: [.discovery]))
            let state = try await Self.state(fleet)
            #expect(state.managed.count == 3)
            #expect(state.hidden.contains { $0.type == GroupKind(group: "batch", kind: "*") })
            #expect(!state.hidden.contains { ["", "apps"].contains($0.type.group) })
        }
    }

    @Test("leave a cluster that does not answer to itself")
    func away() async throws {
        try await Self.deployed(["eu", "us", "asia"]) { fleet in
            await fleet.clusters[1].goDown()
            let offline = DeployTarget(name: "moon", access: .offline)
            let answers = try await Self.answers(fleet, fleet.targets + [offline])
            #expect(answers.map(\.target) == ["eu", "us", "asia", "moon"])
            #expect(answers.map { (try? $0.result.get().managed.count) ?? 0 } == [3, 0, 3, 0])
            guard case .failure(let error) = answers[1].result else { return }
            #expect("\(error)".hasPrefix("us: ") && "\(error)".contains("cannot reach"))
        }
    }

    @Test("pass over the objects of another target, of another application, and with inherited labels")
    func others() async throws {
        try await Self.deployed { fleet in
            let marks = [
                ["pipecd.dev/deploy-target": "us"], ["pipecd.dev/application": "other"], ["pipecd.dev/managed-by": "x"],
            ]
            for (index, marks) in marks.enumerated() {
                let object = Self.new(Live.object("v1", "ConfigMap", "their-\(index)", marks: marks))
                #expect(fleet.clusters[0].perform("POST", Path.configMaps, object).code == 201)
            }
            let names = try await Self.state(fleet).managed.map(\.key.name)
            #expect(names == ["orders-settings", "cart", "cart"])
        }
    }

    @Test("read an object in the version that Git has it in, and once")
    func version() async throws {
        let path = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers"
        try await Fleet.with(["eu"]) { fleet in
            for (name, version) in [
                ("one", "autoscaling/v1"), ("two", "autoscaling/v2"), ("old", "autoscaling/v2beta1"),
            ] {
                var object = Live.object(
                    "autoscaling/v2",
                    "HorizontalPodAutoscaler",
                    name,
                    marks: [
                        "pipecd.dev/original-api-version": version
                    ]
                )
                object["spec"] = [
                    "maxReplicas": 3,
                    "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"],
                ]
                let answer = fleet.clusters[0].perform("POST", path, Self.new(object))
                #expect(answer.code == 201, "\(answer)")
            }
            let state = try await Self.state(fleet)
            let versions = Dictionary(
                uniqueKeysWithValues: state.objects.map { ($0.key.name, $0.groupVersionKind.version) }
            )
            #expect(versions == ["one": "v1", "two": "v2", "old": "v2"])
            let bodies = state.managed.compactMap { $0.body?.object["apiVersion"]?.string }
            #expect(bodies == ["autoscaling/v2", "autoscaling/v1", "autoscaling/v2"])
        }
    }

    @Test("look at one namespace only where the target says so")
    func namespace() async throws {
        try await Self.deployed { fleet in
            var informer = AppStateInformer()
            informer.namespace = "default"
            let target = DeployTarget(name: "eu", access: fleet.targets[0].access, informer: informer)
            fleet.clusters[0].clearRequests()
            let state = try #require(try await Self.answers(fleet, [target]).first).result.get()
            #expect(state.managed.count == 3 && state.objects.count == 7)
            let lists = fleet.clusters[0].requests.map(\.path).filter { $0 != "/api" && $0 != "/apis" }
            #expect(lists.allSatisfy { $0.contains("/namespaces/default/") }, "\(lists)")
        }
    }

    @Test("end when nobody waits for them any more")
    func cancelled() async throws {
        try await Self.deployed { fleet in
            fleet.clusters[0].inject(Fault(.stall, verbs: [.list]))
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await Self.state(fleet) }
                await fleet.clusters[0].wait { seen in seen.requests.contains { $0.path == "/api/v1/configmaps" } }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
        }
    }
}
