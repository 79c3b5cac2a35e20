import KubernetesAPI
import Manifests
import Testing

@Suite("Applying", .timeLimit(.minutes(3)))
struct ApplyTests {
    @Test("creates, leaves alone and changes", arguments: TestCluster.all, Sample.all)
    func apply(cluster: TestCluster, sample: Sample) async throws {
        try await cluster.withNamespace { place in
            var manifest = try sample.manifest(in: place)
            let created = try await place.client.apply(manifest)
            #expect(created.isNew && created.migration == nil)
            #expect(created.resource.writers == ["flotilla Apply"])
            try await place.waitUntilReady([created.resource])
            let settled = try await settle(manifest, place)
            #expect(settled.resource.generation == created.resource.generation)
            #expect(settled.resource.uid == created.resource.uid)
            try manifest.set(sample.value, at: sample.field)
            let changed = try await place.client.apply(manifest)
            #expect(!changed.isNew)
            #expect(changed.resource.object.at(sample.field) == sample.value)
            #expect(changed.resource.resourceVersion != settled.resource.resourceVersion)
            #expect(changed.resource.writers == ["flotilla Apply"])
            #expect(try await place.client.delete(changed.resource).outcome != .replaced)
        }
    }

    /// Applies until nobody but us has changed the object in between; a controller may still be at work on its status.
    private func settle(_ manifest: Manifest, _ place: TestNamespace) async throws -> Applied {
        var last = try await place.client.apply(manifest)
        for _ in 0..<50 {
            let next = try await place.client.apply(manifest)
            #expect(!next.isNew)
            if next.resource.resourceVersion == last.resource.resourceVersion { return next }
            last = next
        }
        Issue.record("applying the same again always changes \(manifest.kind)")
        return last
    }

    @Test("takes a field away that the manifest no longer has", arguments: TestCluster.all)
    func removes(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            _ = try await place.client.apply(place.configMap("settings", ["a": "1", "b": "2"]))
            let applied = try await place.client.apply(place.configMap("settings", ["b": "2"]))
            #expect(applied.resource.object["data"] == ["b": "2"])
        }
    }

    @Test(
        "of the texts of a Secret again changes nothing, and takes away what has left Git",
        arguments: TestCluster.all
    )
    func texts(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            func secret(_ texts: String) throws -> Manifest {
                try place.manifest("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {\(texts)}")
            }
            let first = try await place.client.apply(secret("a: one, b: two"))
            #expect(first.resource.object["data"] == ["a": "b25l", "b": "dHdv"])
            let again = try await place.client.apply(secret("a: one, b: two"))
            #expect(again.resource.resourceVersion == first.resource.resourceVersion)
            let fewer = try await place.client.apply(secret("a: other"))
            #expect(fewer.resource.object["data"] == ["a": "b3RoZXI="])
        }
    }

    @Test("without ports' protocols works on servers that ask for them, too", arguments: TestCluster.all)
    func protocols(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let service = try place.manifest(
                "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}"
            )
            let applied = try await place.client.apply(service)
            #expect(applied.resource.object[path: "spec", "ports"]?.array?.first?["protocol"] == "TCP")
            let again = try await place.client.apply(service)
            #expect(again.resource.resourceVersion == applied.resource.resourceVersion)
        }
    }

    @Test("as a dry run shows the object and leaves no trace", arguments: TestCluster.all)
    func dryRun(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let path = place.path("configmaps", "settings")
            let dry = WriteOptions(dryRun: true)
            let shown = try await place.client.apply(place.configMap(), options: dry)
            #expect(shown.isNew && shown.resource.object["data"] == ["a": "1"])
            _ = try await place.client.create(place.configMap(), options: dry)
            #expect(try await place.object(path) == nil)
            let live = try await place.client.apply(place.configMap()).resource
            let changed = try await place.client.apply(place.configMap("settings", ["a": "2"]), options: dry)
            #expect(changed.resource.object["data"] == ["a": "2"])
            _ = try await place.client.delete(live, options: dry)
            #expect(try await place.object(path)?[path: "metadata", "resourceVersion"]?.string == live.resourceVersion)
        }
    }

    @Test("API-09 sends nothing that the server must not get", arguments: TestCluster.all)
    func hygiene(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let path = place.path("configmaps", "settings")
            var manifest = try place.configMap()
            let unnamed = try await place.send("PATCH", path, manifest.object, type: TestNamespace.apply)
            #expect(unnamed.code == 422)
            try manifest.set([["manager": "x", "operation": "Apply"]], at: ["metadata", "managedFields"])
            let target = "\(path)?fieldManager=x"
            let refused = try await place.send("PATCH", target, manifest.object, type: TestNamespace.apply)
            #expect(refused.code == 400 && refused.message == "metadata.managedFields must be nil")
            try manifest.set("1", at: ["metadata", "resourceVersion"])
            try manifest.set("2e3dc7e4-0000-4000-8000-000000000000", at: ["metadata", "uid"])
            #expect(try await place.client.apply(manifest).resource.writers == ["flotilla Apply"])
        }
    }
}

extension APIError {
    /// Whether the server found the object wrong.
    var isInvalid: Bool {
        guard case .invalid = reason else { return false }
        return true
    }
}

extension APIError? {
    /// The text of the error, or that there is none.
    var text: String { map { "\($0)" } ?? "no error" }
}
