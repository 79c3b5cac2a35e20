import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Fields that others own", .timeLimit(.minutes(3)))
struct OwnershipTests {
    @Test("are named with their owner, and taken only by force", arguments: TestCluster.all)
    func conflict(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            _ = try await place.client(as: "robot").apply(place.configMap("settings", ["a": "theirs", "b": "b"]))
            let error = await #expect(throws: APIError.self) { try await place.client.apply(place.configMap()) }
            guard case .fieldConflicts(let conflicts) = error?.reason else {
                Issue.record("no conflict: \(error.text)")
                return
            }
            #expect(conflicts.map { "\($0.field) \($0.manager)" } == [".data.a robot"])
            let path = place.path("configmaps", "settings")
            #expect(try await place.object(path)?["data"] == ["a": "theirs", "b": "b"])
            let options = WriteOptions(forceConflicts: true)
            let forced = try await place.client.apply(place.configMap(), options: options)
            #expect(forced.takenOver.map(\.manager) == ["robot"])
            #expect(forced.resource.object["data"] == ["a": "1", "b": "b"])
            #expect(forced.resource.writers.sorted() == ["flotilla Apply", "robot Apply"])
        }
    }

    @Test("that have the same value are shared", arguments: TestCluster.all)
    func sameValue(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            _ = try await place.client(as: "robot").apply(place.configMap())
            let applied = try await place.client.apply(place.configMap())
            #expect(!applied.isNew && applied.resource.writers.sorted() == ["flotilla Apply", "robot Apply"])
        }
    }

    @Test("API-04 stay when only forced", arguments: TestCluster.all)
    func forced(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let path = try await clientSideConfigMap(place)
            let target = "\(path)?fieldManager=ours&force=true"
            let wanted = try place.configMap("settings", ["a": "2"]).object
            let answer = try await place.send("PATCH", target, wanted, type: TestNamespace.apply)
            #expect(answer.code == 200)
            #expect(answer.object["data"] == ["a": "2", "b": "1"])
            #expect(answer.object.fields(of: "kubectl-client-side-apply")?[path: "f:data", "f:b"] != nil)
        }
    }

    @Test("API-05 of kubectl are open to kubectl alone", arguments: TestCluster.all)
    func kubectl(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let path = try await clientSideConfigMap(place)
            let wanted = try place.configMap("settings", ["a": "2"]).object
            for (manager, code) in [("ours", 409), ("kubectl", 200)] {
                let target = "\(path)?fieldManager=\(manager)"
                let answer = try await place.send("PATCH", target, wanted, type: TestNamespace.apply)
                #expect(answer.code == code, "\(manager): \(answer.message)")
            }
        }
    }

    @Test("API-06 are not rewritten in an object that has changed since", arguments: TestCluster.all)
    func stale(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let path = try await clientSideConfigMap(place)
            let read = try #require(try await place.object(path).flatMap { LiveResource($0) })
            let adoption = try #require(FieldAdoption(of: read, by: .flotilla))
            try await place.send("PATCH", path, ["data": ["c": "3"]], type: TestNamespace.merge)
            let target = "\(path)?fieldManager=flotilla"
            let patch = adoption.patch(of: read)
            #expect(try await place.send("PATCH", target, patch, type: TestNamespace.jsonPatch).code == 409)
        }
    }

    @Test("API-07 by applying, too, stay with them", arguments: TestCluster.all)
    func shared(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let both = try place.configMap("settings", ["a": "1", "b": "1"])
            _ = try await place.client(as: "x").apply(both)
            _ = try await place.client.apply(both)
            let applied = try await place.client.apply(place.configMap())
            #expect(applied.migration == nil)
            #expect(applied.resource.object["data"] == ["a": "1", "b": "1"])
            #expect(applied.resource.writers.sorted() == ["flotilla Apply", "x Apply"])
            #expect(applied.resource.object.fields(of: "flotilla")?[path: "f:data", "f:b"] == nil)
        }
    }

    /// Servers before 1.22 do not note who writes by the subresource, and let everybody apply over it.
    @Test("by an autoscaler ask to take the replicas out of Git", arguments: TestCluster.all)
    func autoscaler(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let sample = try #require(Sample.all.first { $0.kind == "Deployment" })
            let deployment = try sample.manifest(in: place)
            _ = try await place.client.apply(deployment)
            let scale = place.path("deployments", deployment.name, in: "apps/v1") + "/scale"
            let target = "\(scale)?fieldManager=kube-controller-manager"
            let patch: Value = ["spec": ["replicas": 3]]
            #expect(try await place.send("PATCH", target, patch, type: TestNamespace.merge).code == 200)
            if try await place.minorVersion() < 22 {
                #expect(try await place.client.apply(deployment).resource.object[path: "spec", "replicas"] == 2)
                let whole =
                    place.path("deployments", deployment.name, in: "apps/v1") + "?fieldManager=kube-controller-manager"
                #expect(try await place.send("PATCH", whole, patch, type: TestNamespace.merge).code == 200)
            }
            let error = await #expect(throws: APIError.self) { try await place.client.apply(deployment) }
            let hint = "remove spec.replicas from Git when an autoscaler manages it"
            #expect(error?.description.contains("\"kube-controller-manager\"") == true, "\(error.text)")
            #expect(error?.description.hasSuffix(hint) == true, "\(error.text)")
            var without = deployment
            without.remove(at: ["spec", "replicas"])
            #expect(try await place.client.apply(without).resource.object[path: "spec", "replicas"] == 3)
        }
    }

    /// Makes a ConfigMap as kubectl's client-side apply does, and gives its path.
    private func clientSideConfigMap(_ place: TestNamespace) async throws -> String {
        var manifest = try place.configMap("settings", ["a": "1", "b": "1"])
        manifest.setAnnotation("kubectl.kubernetes.io/last-applied-configuration", manifest.object.jsonText())
        let target = place.path("configmaps") + "?fieldManager=kubectl-client-side-apply"
        let answer = try await place.send("POST", target, manifest.object)
        try #require(answer.code == 201, "\(answer.message)")
        return place.path("configmaps", "settings")
    }
}
