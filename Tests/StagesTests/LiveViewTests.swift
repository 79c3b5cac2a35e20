import FakeKubernetes
import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

@Suite("A live view", .timeLimit(.minutes(5)))
struct LiveViewTests {
    private static let label = "pipecd.dev/variant"

    /// A cluster without aggregated discovery that holds a ConfigMap and a Secret of the canary.
    private static func withView(
        aggregated: Bool = false,
        _ body: (FakeCluster, ClusterClient, LiveView) async throws -> Void
    ) async throws {
        var options = FakeClusterOptions()
        options.hasAggregatedDiscovery = aggregated
        try await Fleet.with(["eu"], options: options) { fleet in
            let (cluster, target) = (fleet.clusters[0], fleet.targets[0])
            for (kind, path) in [("ConfigMap", "configmaps"), ("Secret", "secrets")] {
                let labels: Value = [
                    "pipecd.dev/managed-by": "piped", "pipecd.dev/application": "app", "pipecd.dev/variant": "canary",
                ]
                let object: Value = [
                    "apiVersion": "v1", "kind": .string(kind), "data": ["a": "MQ=="],
                    "metadata": ["name": "settings-canary", "labels": labels, "annotations": ["b": "2"]],
                ]
                cluster.perform("POST", "/api/v1/namespaces/default/\(path)", object)
            }
            let client = try fleet.connections.client(for: target, requests: 16)
            try await body(cluster, client, LiveView(client))
        }
    }

    private static func canary(_ view: LiveView) async throws -> FoundObjects {
        try await view.objects(label: label, value: "canary", application: "app")
    }

    @Test("finds objects by their labels in every type, without reading more than their metadata")
    func metadata() async throws {
        try await Self.withView(aggregated: true) { _, _, view in
            let found = try await Self.canary(view)
            #expect(found.objects.map(\.key.kind).sorted() == ["ConfigMap", "Secret"])
            #expect(found.notes.isEmpty)
            for object in found.objects {
                #expect(object.object.mapping?.keys.sorted() == ["apiVersion", "kind", "metadata"])
                #expect(object.annotations == ["b": "2"])
                #expect(!object.uid.isEmpty)
            }
        }
    }

    @Test("API-16 does not say what there is when a group that stages make objects of cannot be discovered")
    func partial() async throws {
        try await Self.withView { cluster, client, view in
            _ = try await client.mapping(for: GroupKind(kind: "ConfigMap"))
            cluster.inject(.forbidden(verbs: [.discovery]))
            let error = await #expect(throws: APIError.self) { try await Self.canary(view) }
            guard case .discoveryIncomplete("apps/v1", _) = error?.reason else {
                Issue.record("\(error.map { "\($0)" } ?? "no error")")
                return
            }
        }
    }

    @Test("API-16 notes which other group versions it could not search")
    func notes() async throws {
        try await Self.withView { cluster, client, view in
            _ = try await client.mapping(for: GroupKind(kind: "ConfigMap"))
            _ = try await client.mapping(for: GroupKind(group: "apps", kind: "Deployment"))
            cluster.inject(.forbidden(verbs: [.discovery]))
            let found = try await Self.canary(view)
            #expect(found.objects.map(\.key.kind).sorted() == ["ConfigMap", "Secret"])
            #expect(found.notes.contains { $0.hasPrefix("batch/v1 was not searched: ") })
            #expect(!found.notes.contains { $0.hasPrefix("apps/v1 ") || $0.hasPrefix("v1 ") })
        }
    }

    @Test("does not say that there are no routes when nobody can tell")
    func routes() async throws {
        try await Self.withView { cluster, _, view in
            let routes = try await view.routes(TrafficRouting.kinds, application: "app")
            #expect(routes.isEmpty)
            let asked = Set(cluster.requests.map(\.path))
            #expect(asked.isSuperset(of: ["/api", "/apis", "/api/v1", "/apis/networking.istio.io/v1"]))
            #expect(!asked.contains("/apis/apps/v1"))
        }
        try await Self.withView { cluster, client, view in
            _ = try await client.mapping(for: GroupKind(kind: "ConfigMap"))
            cluster.inject(.forbidden(verbs: [.discovery]))
            let error = await #expect(throws: APIError.self) {
                try await view.routes(TrafficRouting.kinds, application: "app")
            }
            guard case .discoveryIncomplete = error?.reason else {
                Issue.record("\(error.map { "\($0)" } ?? "no error")")
                return
            }
        }
    }
}
