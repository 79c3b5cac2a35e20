import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Field conflicts", .timeLimit(.minutes(5)))
struct FieldConflictTests {
    private static let path = "\(Foreign.configMaps)/settings"

    @Test("name target, object, every field, its manager, and what to do; nothing changes")
    func refused() async throws {
        try await withClient { cluster, client in
            let object = try Manifest.configMap("settings", data: ["a": "1", "b": "1", "c": "1"]).object
            cluster.create(object, at: Foreign.configMaps, by: "someone")
            let before = cluster.object(Self.path)
            let error = await #expect(throws: APIError.self) {
                try await client.apply(.configMap("settings", data: ["a": "2", "b": "2", "c": "1"]))
            }
            let text = error.text
            #expect(
                text.hasPrefix("osaka: apply ConfigMap/default/settings: .data.a is owned by \"someone\""),
                "\(text)"
            )
            #expect(text.contains(".data.b is owned by \"someone\""), "\(text)")
            #expect(!text.contains(".data.c"), "\(text)")
            let remedy =
                "drop them from the manifest, or take them over with the annotation pipecd.dev/force-conflicts: \"true\""
            #expect(text.hasSuffix("; \(remedy)"), "\(text)")
            #expect(cluster.object(Self.path) == before)
        }
    }

    @Test("are taken over when told to, and each field is reported")
    func forced() async throws {
        try await withClient { cluster, client in
            let object = try Manifest.configMap("settings", data: ["a": "1", "theirs": "1"]).object
            cluster.create(object, at: Foreign.configMaps, by: "someone")
            let applied = try await client.apply(
                .configMap("settings", data: ["a": "2"]),
                options: WriteOptions(forceConflicts: true)
            )
            #expect(applied.takenOver.map(\.field) == [".data.a"])
            #expect(applied.takenOver.map(\.manager) == ["someone"])
            #expect(cluster.object(Self.path)?["data"] == ["a": "2", "theirs": "1"])
        }
    }

    @Test("with others keep the fields of a client-side apply where they are")
    func mixed() async throws {
        try await withClient { cluster, client in
            cluster.create(try Foreign.configMap(), at: Foreign.configMaps, by: "kubectl-client-side-apply")
            cluster.perform(
                "PATCH",
                "\(Self.path)?fieldManager=someone",
                ["data": ["b": "1"]],
                contentType: "application/merge-patch+json"
            )
            let wanted = try Manifest.configMap("settings", data: ["a": "2", "b": "2"])
            let error = await #expect(throws: APIError.self) { try await client.apply(wanted) }
            #expect(error.text.contains(".data.b") && !error.text.contains(".data.a"), "\(error.text)")
            #expect(cluster.managers(Self.path).contains("kubectl-client-side-apply Update"))
            let forced = try await client.apply(wanted, options: WriteOptions(forceConflicts: true))
            #expect(forced.takenOver.map(\.field) == [".data.b"])
            #expect(forced.migration?.managers == ["kubectl-client-side-apply"])
            #expect(cluster.object(Self.path)?["data"] == ["a": "2", "b": "2"])
        }
    }

    @Test("over replicas with an autoscaler have a remedy of their own")
    func autoscaler() async throws {
        try await withClient { cluster, client in
            var wanted = try Manifest(Foreign.deployment(replicas: 2, env: []))
            wanted.remove(at: ["metadata", "annotations"])
            _ = try await client.apply(wanted)
            let scale: Value = [
                "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": ["name": "web", "namespace": "default"],
                "spec": ["replicas": 5],
            ]
            let target = "\(Foreign.deployments)/web/scale?fieldManager=kube-controller-manager"
            #expect(cluster.perform("PUT", target, scale).code == 200)
            let error = await #expect(throws: APIError.self) { try await client.apply(wanted) }
            #expect(
                error.text.contains("\"kube-controller-manager\" through its subresource \"scale\""),
                "\(error.text)"
            )
            #expect(
                error.text.hasSuffix("; remove spec.replicas from Git when an autoscaler manages it"),
                "\(error.text)"
            )
            #expect(cluster.object("\(Foreign.deployments)/web")?[path: "spec", "replicas"] == 5)
        }
    }
}
