import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

@Suite("A dry run of an apply over a client-side apply", .timeLimit(.minutes(5)))
struct AdoptionForecastTests {
    @Test(
        "removes what only the other one owns",
        arguments: [
            ("{a: 1, b: 2}", "{f:a: {}}", "{}", "{b: 2}"),
            ("{a: 1}", "{f:a: {}}", "{f:a: {}}", "{a: 1}"),
            ("{m: {a: 1, b: 2}}", "{f:m: {., f:a: {}}}", "{f:m: {f:b: {}}}", "{m: {b: 2}}"),
            ("{m: {a: 1}, n: 1}", "{f:m: {f:a: {}}}", "{}", "{n: 1}"),
            ("{m: {a: 1, b: 2}}", "{f:m: {f:a: {}}}", "{f:m: {}}", "{m: {a: 1, b: 2}}"),
            (
                "{l: [{name: x, v: 1}, {name: y, v: 2}]}", "{f:l: {'k:{\"name\":\"x\"}': {., f:v: {}}}}",
                "{f:l: {'k:{\"name\":\"y\"}': {.}}}", "{l: [{name: y, v: 2}]}"
            ), ("{l: [p, q]}", "{f:l: {'v:\"p\"': {}}}", "{f:l: {'v:\"q\"': {}}}", "{l: [q]}"),
        ]
    )
    func removed(object: String, fields: String, kept: String, expected: String) throws {
        func value(_ text: String) throws -> Value {
            let text = text.replacing("{.", with: "{.: {}")
            return try #require(try YAML.documents(in: Array(text.utf8), file: "t").first?.value)
        }
        #expect(try value(object).removing(value(fields), except: value(kept)) == value(expected))
    }

    @Test("shows what the apply then leaves, and writes nothing")
    func dryRun() async throws {
        try await withClient { cluster, client in
            let path = "/api/v1/namespaces/default/configmaps"
            let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
            cluster.perform(
                "POST",
                "\(path)?fieldManager=kubectl-client-side-apply",
                [
                    "apiVersion": "v1", "kind": "ConfigMap",
                    "metadata": ["name": "m", "annotations": [lastApplied: "{}"]],
                    "data": ["A": "old", "DROPPED": "x"],
                ]
            )
            let manifest = try Manifest([
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m", "namespace": "default"],
                "data": ["A": "new"],
            ])
            let before = cluster.object("\(path)/m")
            let foretold = try await client.apply(manifest, options: WriteOptions(dryRun: true))
            #expect(cluster.object("\(path)/m") == before)
            let done = try await client.apply(manifest)
            #expect(foretold.resource.object["data"] == ["A": "new"])
            #expect(foretold.resource.object["data"] == done.resource.object["data"])
            #expect(foretold.resource.annotations == done.resource.annotations)
            #expect(foretold.migration == done.migration)
        }
    }
}
