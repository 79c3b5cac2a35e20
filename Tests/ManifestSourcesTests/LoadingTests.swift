import ManifestSources
import Manifests
import TestSupport
import Testing

@Suite("Loading an application")
struct LoadingTests {
    private static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: orders, labels: {app: orders}}
        spec: {selector: {matchLabels: {app: orders}}}

        """
    private static let service = "apiVersion: v1\nkind: Service\nmetadata: {name: orders}\n"

    @Test(
        "LDR-01, LDR-02, LDR-05, LDR-10 takes the documents of the files in their order, and none from blank ones",
        arguments: [
            (
                "LDR-01", ["a.yaml": deployment + "---\n" + service],
                ["apps:Deployment::orders", ":Service::orders"]
            ),
            ("LDR-02", ["a.yaml": "---\n\n---\n# only a comment\n---\n" + service], [":Service::orders"]),
            ("LDR-05", ["notes.txt": ""], []),
            (
                "LDR-10", ["a.yaml": service + "--- # second\n" + configMap("settings")],
                [":Service::orders", ":ConfigMap::settings"]
            ),
        ] as [(String, [String: String], [String])]
    )
    func documents(id: String, files: [String: String], keys: [String]) throws {
        #expect(try load(files).map(\.key.description) == keys)
    }

    @Test("LDR-03 is refused for a file that holds no object, and names it")
    func words() throws {
        let error = #expect(throws: ManifestSourceError.self) { try load(["words.yaml": "just words\n"]) }
        #expect(error?.problems == ["words.yaml:1:1: a manifest must be a mapping, found a string"])
    }

    @Test("LDR-04 scans the directory for YAML and JSON in the order of names, without the configuration and folders")
    func scan() throws {
        let files = [
            "app.pipecd.yaml": "apiVersion: pipecd.dev/v1beta1\nkind: Application\n", "b.yaml": configMap("b"),
            "a.yml": configMap("a"), "c.json": #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}"#,
            "notes.txt": "nothing", "sub/d.yaml": configMap("d"),
        ]
        #expect(try load(files).map(\.name) == ["a", "b", "c"])
    }

    @Test("LDR-07 puts every object into the configured namespace, and their keys")
    func namespace() throws {
        let text = (Self.deployment + "---\n" + Self.service)
            .replacing("metadata: {", with: "metadata: {namespace: other, ")
        let manifests = try load(["a.yaml": text], namespace: "shop")
        #expect(manifests.map(\.namespace) == ["shop", "shop"])
        #expect(manifests.map(\.key.description) == ["apps:Deployment:shop:orders", ":Service:shop:orders"])
    }

    @Test("LDR-09 sorts by the order annotation, none being 0")
    func order() throws {
        let text = [
            configMap("a", metadata: "annotations: {pipecd.dev/order: '5'}"), configMap("b"),
            configMap("c", metadata: "annotations: {pipecd.dev/order: '-1'}"),
        ].joined(separator: "---\n")
        #expect(try load(["a.yaml": text]).map(\.name) == ["c", "b", "a"])
    }

    private func load(_ files: [String: String], namespace: String? = nil) throws -> [Manifest] {
        try withTemporaryDirectory { directory in
            for (name, text) in files { try TestFiles.write(text, to: "\(directory)/\(name)") }
            return try PlainFiles.load(LoadRequest(directory: directory, namespace: namespace)).manifests
        }
    }
}
