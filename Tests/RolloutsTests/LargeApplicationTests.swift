import Manifests
import Testing

@testable import Rollouts

/// Each of these took minutes when every object was compared with every other one.
@Suite("An application of 12,000 objects of a kind", .serialized, .timeLimit(.minutes(2)))
struct LargeApplicationTests {
    private static let count = 12_000

    private func metadata(_ name: String) -> Value { ["name": .string(name), "namespace": "shop"] }

    private func workload(_ number: Int) throws -> Manifest {
        let labels: Value = ["app": .string("a\(number)"), "part-of": "shop"]
        let pod: Value = [
            "containers": [["name": "c", "image": "r.test/a:1"]],
            "volumes": [["name": "v", "configMap": ["name": .string("c\(number)")]]],
        ]
        return try Manifest([
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata("a\(number)"),
            "spec": [
                "selector": ["matchLabels": labels], "template": ["metadata": ["labels": labels], "spec": pod],
            ],
        ])
    }

    private func config(_ number: Int) throws -> Manifest {
        try Manifest([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata("c\(number)"),
            "data": ["a": .string("\(number)")],
        ])
    }

    private func service(_ number: Int) throws -> Manifest {
        try Manifest([
            "apiVersion": "v1", "kind": "Service", "metadata": metadata("a\(number)"),
            "spec": ["selector": ["part-of": "shop", "app": .string("a\(number)")]],
        ])
    }

    private func hash(of workload: Manifest) -> String? {
        workload[path: "spec", "template", "metadata", "annotations", MarkKey.configHash]?.string
    }

    @Test("gets the hashes of its configs", arguments: [ConfigHash.Version.compatible, .complete])
    func hashes(version: ConfigHash.Version) throws {
        let manifests = try (0..<Self.count).flatMap { [try workload($0), try config($0)] }
        let hashed = try ConfigHash.annotate(manifests, version: version)
        #expect(Set(hashed.compactMap(hash)).count == Self.count)
        #expect(try hash(of: hashed[8]) == ConfigHash.hash(of: [config(4)], version: version))
        #expect(ConfigHash.notes(on: manifests, version: version) == [])
    }

    @Test("has a canary, and notes on its Services")
    func canary() throws {
        let manifests = try (0..<Self.count).flatMap { [try workload($0), try config($0), try service($0)] }
        let options = VariantRolloutOptions(suffix: "canary")
        let copies = try VariantRollout.manifests(for: .canary, from: manifests, spec: PluginSpec(), options: options)
        #expect(copies.count == 2 * Self.count)
        let volumes = copies.last?[path: "spec", "template", "spec", "volumes"]
        #expect(volumes?.array?.first?[path: "configMap", "name"]?.string == "c\(Self.count - 1)-canary")
        let notes = VariantRollout.notes(on: copies, of: .canary, from: manifests, spec: PluginSpec())
        #expect(notes.count == Self.count)
    }

    @Test("may have as many fields in one ConfigMap")
    func fields() throws {
        var config = try config(0)
        let data = (0..<Self.count).map { ("k\($0)", Value.string("\($0)")) }
        try config.set(.mapping(Mapping(data)), at: ["data"])
        var reversed = config
        try reversed.set(.mapping(Mapping(data.reversed())), at: ["data"])
        #expect(config.object == reversed.object)
        #expect(try ConfigHash.hash(of: [config]) == ConfigHash.hash(of: [reversed]))
        try reversed.set("other", at: ["data", "k7"])
        #expect(config.object != reversed.object)
    }
}
