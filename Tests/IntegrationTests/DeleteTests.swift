import KubernetesAPI
import Manifests
import Testing

@Suite("Creating and deleting", .timeLimit(.minutes(3)))
struct DeleteTests {
    @Test("refuses to create what is there", arguments: TestCluster.all)
    func create(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let created = try await place.client.create(place.configMap()).resource
            #expect(created.object["data"] == ["a": "1"])
            let error = await #expect(throws: APIError.self) { try await place.client.create(place.configMap()) }
            #expect(error?.reason == .alreadyExists)
        }
    }

    @Test("takes exactly the object that was read, once", arguments: TestCluster.all)
    func delete(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let first = try await place.client.create(place.configMap()).resource
            #expect(try await place.client.delete(first).outcome == .gone)
            #expect(try await place.client.delete(first).outcome == .alreadyGone)
            let second = try await place.client.create(place.configMap()).resource
            #expect(try await place.client.delete(first).outcome == .replaced)
            let live = try await place.object(place.path("configmaps", "settings"))
            #expect(live?[path: "metadata", "uid"] == .string(second.uid))
        }
    }

    @Test("takes the object as it was read, where it must be unchanged", arguments: TestCluster.all)
    func unchanged(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let read = try await place.client.create(place.configMap()).resource
            let path = place.path("configmaps", "settings")
            #expect(try await place.send("PATCH", path, ["data": ["b": "2"]], type: TestNamespace.merge).code == 200)
            let error = await #expect(throws: APIError.self) {
                try await place.client.delete(read, precondition: .unchanged)
            }
            guard case .modified = error?.reason else {
                Issue.record("\(error.text)")
                return
            }
            let now = try #require(try await place.object(path).flatMap { LiveResource($0) })
            #expect(try await place.client.delete(now, precondition: .unchanged).outcome == .gone)
        }
    }

    @Test("waits for finalizers", arguments: TestCluster.all)
    func finalizer(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            var manifest = try place.configMap()
            try manifest.set(["flotilla.test/hold"], at: ["metadata", "finalizers"])
            let live = try await place.client.create(manifest).resource
            #expect(try await place.client.delete(live).outcome == .inProgress)
            let path = place.path("configmaps", "settings")
            let held = try #require(try await place.object(path).flatMap { LiveResource($0) })
            #expect(held.isTerminating && held.finalizers == ["flotilla.test/hold"])
            let free: Value = ["metadata": ["finalizers": .null]]
            #expect(try await place.send("PATCH", path, free, type: TestNamespace.merge).code == 200)
            #expect(try await place.object(path) == nil)
        }
    }

    @Test("takes the pods of a Deployment along", arguments: TestCluster.all)
    func dependents(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let sample = try #require(Sample.all.first { $0.kind == "Deployment" })
            let deployment = try await place.client.apply(sample.manifest(in: place)).resource
            try await place.waitUntilReady([deployment])
            let pods = try await place.client.mapping(for: GroupVersionKind(group: "", version: "v1", kind: "Pod"))
            let before = try await place.client.list(pods, namespace: place.name)
            #expect(before.items.count == 2)
            _ = try await place.client.delete(deployment)
            var left = Set(before.items.map(\.key.name))
            for try await event in place.client.watch(pods, namespace: place.name, from: before.resourceVersion) {
                if case .deleted(let pod) = event { left.remove(pod.key.name) }
                if left.isEmpty { break }
            }
            #expect(left.isEmpty)
        }
    }
}
