import Manifests
import TestSupport
import Testing

@Suite("flotilla schema", .timeLimit(.minutes(5)))
struct SchemaTests {
    @Test("prints the schema with the plugin's settings under the name that is asked for")
    func prints() async throws {
        for (arguments, name) in [([], "kubernetes_multicluster"), (["--plugin", "fleet"], "fleet")] {
            let outcome = try await Binary.run(["schema"] + arguments)
            #expect(outcome.code == 0 && outcome.errors.isEmpty)
            let schema = try Value(json: Array(outcome.output.utf8))
            #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
            let plugins = schema[path: "properties", "spec", "properties", "plugins", "properties"]
            #expect(plugins?.mapping?.keys == [name])
        }
    }
}
