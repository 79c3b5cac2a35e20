import KubernetesAPI
import Manifests
import Testing

@Suite("Replacing", .timeLimit(.minutes(3)))
struct ReplaceTests {
    @Test("takes away what the manifest does not say, and keeps the address", arguments: TestCluster.all)
    func service(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let first = try await place.client.apply(Self.service(place, labels: "app: web, old: label"))
            let address = first.resource.object[path: "spec", "clusterIP"]
            let replaced = try await place.client.replace(Self.service(place, labels: "app: web"))
            #expect(replaced.before?.uid == first.resource.uid)
            #expect(replaced.resource.uid == first.resource.uid)
            #expect(replaced.resource.labels == ["app": "web"])
            #expect(replaced.resource.object[path: "spec", "clusterIP"] == address && address?.string?.isEmpty == false)
            let again = try await place.client.replace(Self.service(place, labels: "app: web"))
            #expect(again.resource.resourceVersion == replaced.resource.resourceVersion)
        }
    }

    @Test("creates what is not there", arguments: TestCluster.all)
    func missing(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let replaced = try await place.client.replace(place.configMap())
            #expect(replaced.before == nil && replaced.resource.object["data"] == ["a": "1"])
        }
    }

    @Test("API-08 of a custom resource needs the version that was read", arguments: TestCluster.all)
    func custom(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let sample = try #require(Sample.all.first { $0.kind == "VirtualService" })
            var manifest = try sample.manifest(in: place)
            _ = try await place.client.apply(manifest)
            let path = place.path("virtualservices", manifest.name, in: "networking.istio.io/v1")
            let blind = try await place.send("PUT", path, manifest.object)
            #expect(blind.code == 422)
            #expect(blind.message.contains("metadata.resourceVersion: Invalid value: 0x0"), "\(blind.message)")
            try manifest.set(sample.value, at: sample.field)
            let replaced = try await place.client.replace(manifest)
            #expect(replaced.resource.object.at(sample.field) == sample.value)
        }
    }

    @Test("of a field that cannot change is refused, and by force makes a new object", arguments: TestCluster.all)
    func force(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let first = try await place.client.apply(Self.deployment(place, app: "web"))
            let other = try Self.deployment(place, app: "shop")
            for write in [Write.apply, .replace] {
                let error = await #expect(throws: APIError.self) { try await write.run(other, place) }
                guard case .immutable(let message) = error?.reason else {
                    Issue.record("\(write): \(error.text)")
                    continue
                }
                #expect(message.contains("spec.selector"), "\(message)")
            }
            let replaced = try await place.client.forceReplace(other)
            #expect(replaced.before?.uid == first.resource.uid && replaced.resource.uid != first.resource.uid)
            #expect(replaced.resource.object[path: "spec", "selector", "matchLabels"] == ["app": "shop"])
            try await place.waitUntilReady([replaced.resource])
        }
    }

    /// The numbers that the server filled in belong to nobody, so that applying cannot take them away.
    @Test("changes the strategy to Recreate, which applying cannot", arguments: TestCluster.all)
    func recreate(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            var manifest = try Self.deployment(place, app: "web")
            _ = try await place.client.apply(manifest)
            try manifest.set("Recreate", at: ["spec", "strategy", "type"])
            let error = await #expect(throws: APIError.self) { try await place.client.apply(manifest) }
            #expect(error?.isInvalid == true, "\(error.text)")
            #expect(error?.description.contains("spec.strategy.rollingUpdate: Forbidden") == true, "\(error.text)")
            #expect(error?.description.contains("pipecd.dev/sync-by-replace: enabled") == true, "\(error.text)")
            let replaced = try await place.client.replace(manifest)
            #expect(replaced.resource.object[path: "spec", "strategy"] == ["type": "Recreate"])
        }
    }

    @Test("by force destroys nothing that cannot be made again", arguments: TestCluster.all)
    func destructive(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let namespace = try place.manifest("apiVersion: v1\nkind: Namespace\nmetadata: {name: \(place.name)}")
            let error = await #expect(throws: APIError.self) { try await place.client.forceReplace(namespace) }
            #expect(error?.reason == .destructive("everything in the namespace"))
            let live = try await place.object("/api/v1/namespaces/\(place.name)")
            #expect(live?[path: "metadata", "deletionTimestamp"] == nil)
        }
    }

    /// A write that must respect what cannot change.
    private enum Write {
        case apply, replace

        func run(_ manifest: Manifest, _ place: TestNamespace) async throws {
            switch self {
            case .apply: _ = try await place.client.apply(manifest)
            case .replace: _ = try await place.client.replace(manifest)
            }
        }
    }

    private static func service(_ place: TestNamespace, labels: String) throws -> Manifest {
        try place.manifest(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web, labels: {\(labels)}}
            spec: {selector: {app: web}, ports: [{name: http, port: 80, protocol: TCP}]}
            """
        )
    }

    private static func deployment(_ place: TestNamespace, app: String) throws -> Manifest {
        try place.manifest(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: \(app)}}
              template:
                metadata: {labels: {app: \(app)}}
                spec: {containers: [{name: web, image: "shop/web:1"}]}
            """
        )
    }
}
