import FakeKubernetes
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import KubernetesAPI
@testable import Stages

/// Clusters with an application of seven objects, and a memory that watches them.
struct StoreFixture: Sendable {
    let fleet: Fleet
    let store: LiveStateStore
    /// Ends the watching.
    let stop: @Sendable () -> Void

    var cluster: FakeCluster { fleet.clusters[0] }

    static let files = [
        "a.yaml": [
            Text.deployment("cart", replicas: 2, variant: true), Text.service("cart", variant: true), Text.configMap,
        ].joined(separator: "---\n")
    ]

    /// Runs a body with the clusters, of which all or some have the application, while they may be watched.
    static func with(
        _ names: [String] = ["eu"],
        deployed: [String]? = nil,
        pace: ClusterWatch.Pace = ClusterWatch.Pace(),
        _ body: (StoreFixture) async throws -> Void
    ) async throws {
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(names) { fleet in
                let some = Fleet(
                    clusters: fleet.clusters,
                    targets: fleet.targets.filter { deployed?.contains($0.name) ?? true }
                )
                let report = try await some.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .succeeded, "\(report)")
                let store = LiveStateStore(connections: connections, pace: pace)
                let signal = StopSignal()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try? await signal.aborting { await store.run() } }
                    try await body(StoreFixture(fleet: fleet, store: store) { signal.request() })
                    group.cancelAll()
                }
            }
        }
    }

    /// Connections that come again after a moment.
    private static var connections: ClusterConnections {
        var options = ClusterClient.Options()
        options.retry.sleep = { try await Task.sleep(for: min($0, .milliseconds(20))) }
        return ClusterConnections(engine: HTTPEngine(), options: options)
    }

    func answers(of application: String = "app-orders", on targets: [DeployTarget]? = nil) async throws
        -> [LiveStateAnswer]
    {
        try await store.states(of: application, on: targets ?? fleet.targets, spec: PluginSpec())
    }

    func states(of application: String = "app-orders", on targets: [DeployTarget]? = nil) async throws -> [LiveState] {
        try await answers(of: application, on: targets).map { try $0.result.get() }
    }

    /// What one look at the clusters gives.
    func look() async throws -> [LiveState] {
        try await LiveStateReading(application: "app-orders", spec: PluginSpec(), connections: fleet.fresh.connections)
            .states(of: fleet.targets).map { try $0.result.get() }
    }

    /// Returns when the state of the first cluster is known and as wanted.
    func wait(until isWanted: (LiveState) throws -> Bool) async throws {
        try await Polling.wait {
            guard let state = try? await states(on: [fleet.targets[0]]).first else { return false }
            return try isWanted(state)
        }
    }

    /// Why nothing is known of the first cluster, once that is so.
    func error() async throws -> String {
        var text = ""
        try await Polling.wait {
            guard case .failure(let error)? = try await answers(on: [fleet.targets[0]]).first?.result else {
                return false
            }
            text = "\(error)"
            return true
        }
        return text
    }

    /// Makes a ConfigMap of an application in the first cluster.
    func create(_ name: String, of application: String = "app-orders", marks: [String: String] = [:]) {
        let object = Self.object("ConfigMap", name, of: application, marks: marks)
        let answer = cluster.perform("POST", Path.configMaps, object)
        #expect(answer.code == 201, "\(answer)")
    }

    /// An object with the marks of an application.
    static func object(
        _ kind: String,
        _ name: String,
        of application: String = "app-orders",
        version: String = "v1",
        marks: [String: String] = [:]
    ) -> Value {
        let labels: [(String, Value)] = [
            ("pipecd.dev/managed-by", "piped"), ("pipecd.dev/application", .string(application)),
        ]
        let annotations = labels + marks.map { ($0.key, .string($0.value)) }
        return [
            "apiVersion": .string(version), "kind": .string(kind),
            "metadata": [
                "name": .string(name), "namespace": "default", "labels": .mapping(Mapping(labels)),
                "annotations": .mapping(Mapping(annotations)),
            ],
        ]
    }

    static let definition: Value = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": "baskets.shop.test"],
        "spec": [
            "group": "shop.test", "scope": "Namespaced",
            "names": ["plural": "baskets", "singular": "basket", "kind": "Basket", "listKind": "BasketList"],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true,
                    "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
                ]
            ],
        ],
    ]
}
