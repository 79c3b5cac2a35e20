import Glibc
import KubernetesAPI
import Manifests
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("API-03 What a client-side apply wrote", .timeLimit(.minutes(3)))
struct MigrationTests {
    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
    private static let hasKubectl = access("/usr/bin/kubectl", X_OK) == 0

    @Test("by hand becomes ours, and goes when the manifest drops it", arguments: TestCluster.all)
    func byHand(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            for (manifest, collection) in try old(place) {
                var object = manifest
                object.setAnnotation(Self.lastApplied, "{}")
                let target = "\(collection)?fieldManager=kubectl-client-side-apply"
                let answer = try await place.send("POST", target, object.object)
                try #require(answer.code == 201, "\(answer.message)")
            }
            try await expectTakenOver(place)
        }
    }

    @Test(
        "by kubectl becomes ours, and goes when the manifest drops it",
        .enabled(if: hasKubectl, "there is no /usr/bin/kubectl"),
        arguments: TestCluster.all
    )
    func byKubectl(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let texts = try old(place).map { $0.manifest.object.jsonText() }
            try await withTemporaryDirectory { directory in
                let result = try await Subprocess.run(
                    .path(FilePath("/usr/bin/kubectl")),
                    arguments: [
                        "--kubeconfig", place.kubeconfig, "--cache-dir", directory, "apply", "--validate=false", "-f",
                        "-",
                    ],
                    input: .string(texts.joined(separator: "\n")),
                    output: .string(limit: 1 << 16),
                    error: .string(limit: 1 << 16)
                )
                try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
            }
            try await expectTakenOver(place)
        }
    }

    /// Applies the new version, and looks at every object.
    private func expectTakenOver(_ place: TestNamespace) async throws {
        for manifest in try new(place) {
            let applied = try await place.client.apply(manifest)
            #expect(applied.migration?.managers == ["kubectl-client-side-apply"])
            let dropped = applied.migration?.dropped ?? []
            #expect(dropped.contains(".metadata.labels.old"), "\(dropped)")
            #expect(dropped.contains { $0.hasPrefix(".metadata.annotations") }, "\(dropped)")
            let live = applied.resource
            #expect(live.annotations[Self.lastApplied] == nil)
            #expect(live.labels == ["app": "web"])
            #expect(live.writers == ["flotilla Apply"])
            let again = try await place.client.apply(manifest)
            #expect(again.migration == nil && again.resource.generation == live.generation)
        }
        let settings = try await place.object(place.path("configmaps", "settings"))
        #expect(settings?["data"] == ["a": "2"])
        let quiet = try await place.object(place.path("configmaps", "quiet"))
        #expect(quiet?["data"] == ["a": "1"])
        let web = try await place.object(place.path("deployments", "web", in: "apps/v1"))
        let container = web?[path: "spec", "template", "spec", "containers"]?.array?.first
        #expect(container?["env"] == [["name": "KEEP", "value": "x"]])
        #expect(container?["image"] == "shop/web:2")
    }

    private func old(_ place: TestNamespace) throws -> [(manifest: Manifest, collection: String)] {
        let labels = ["app": "web", "old": "label"]
        let web = try deployment(place, labels: "app: web, old: label", image: "shop/web:1", env: ["KEEP", "DROP"])
        let settings = try configMap(place, "settings", labels, ["a": "1", "b": "1"])
        let quiet = try configMap(place, "quiet", labels, ["a": "1", "b": "1"])
        let configMaps = place.path("configmaps")
        return [(settings, configMaps), (quiet, configMaps), (web, place.path("deployments", in: "apps/v1"))]
    }

    /// The new version: values change in one object, another one only loses fields, which is no conflict.
    private func new(_ place: TestNamespace) throws -> [Manifest] {
        [
            try configMap(place, "settings", ["app": "web"], ["a": "2"]),
            try configMap(place, "quiet", ["app": "web"], ["a": "1"]),
            try deployment(place, labels: "app: web", image: "shop/web:2", env: ["KEEP"]),
        ]
    }

    private func configMap(
        _ place: TestNamespace,
        _ name: String,
        _ labels: [String: String],
        _ data: [String: String]
    ) throws -> Manifest {
        var manifest = try place.configMap(name, data)
        for (key, value) in labels { manifest.setLabel(key, value) }
        return manifest
    }

    private func deployment(_ place: TestNamespace, labels: String, image: String, env: [String]) throws -> Manifest {
        let variables = env.map { "{name: \($0), value: x}" }.joined(separator: ", ")
        return try place.manifest(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: {\(labels)}}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: "\(image)", env: [\(variables)]}]}
            """
        )
    }
}
