import Manifests
import Testing

@testable import Rollouts

@Suite("Patches")
struct PatchTests {
    /// The copy of the first object of a kind after patches.
    private func patched(_ objects: [Manifest], _ patches: ManifestPatch..., kind: String) throws -> Manifest {
        let options = VariantRolloutOptions(suffix: "canary", patches: patches)
        let copies = try VariantRollout.manifests(for: .canary, from: objects, spec: PluginSpec(), options: options)
        return try #require(copies.first { $0.kind == kind })
    }

    private func mesh(_ data: Value) throws -> [Manifest] {
        let object: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "mesh"], "data": data]
        return try manifests(Fixture.deployment()) + [Manifest(object)]
    }

    private func patch(_ operations: [(String, String)], root: String? = nil) -> ManifestPatch {
        let operations = operations.map { ManifestPatch.Operation(path: $0.0, value: $0.1) }
        return ManifestPatch(kind: "ConfigMap", name: "mesh", documentRoot: root, operations: operations)
    }

    @Test("CAN-12 replace a value of the workload; the default operation is enough")
    func environment() throws {
        let text = Fixture.deployment().replacing("name: web,", with: "name: web, env: [{name: MODE, value: stable}],")
        let with = """
            patches: [{target: {kind: Deployment, name: orders},
              ops: [{path: "$.spec.template.spec.containers[0].env[0].value", value: trial}]}]
            """
        guard case .canaryRollout(let options) = try options(with, for: .canaryRollout).details else { return }
        let copy = try patched(loaded(text), options.patches[0], kind: "Deployment")
        let container = copy[path: "spec", "template", "spec", "containers"]?.array?.first
        #expect(container?["env"] == [["name": "MODE", "value": "trial"]])
    }

    @Test("find a node that several ways lead to once, and take no time for it", .timeLimit(.minutes(5)))
    func descendants() throws {
        let deep = (0..<150).reduce(Value.string("x")) { value, _ in ["a": value] }
        let places = deep.places(of: try PatchPath("$..a..a..a..a..a..a..a..a").steps)
        #expect(places.map(\.count) == Array(8...150))
    }

    @Test("CAN-18 change a document inside a text, of which the rest stays")
    func document() throws {
        let objects = try mesh(["app.yaml": "primary:\n  weight: 100\ncanary:\n  weight: 0"])
        let patch = patch([("$.primary.weight", "90"), ("$.canary.weight", "10")], root: "$.data.'app.yaml'")
        let copy = try patched(objects, patch, kind: "ConfigMap")
        #expect(copy.name == "mesh-canary")
        #expect(copy[path: "data", "app.yaml"] == "primary:\n  weight: 90\ncanary:\n  weight: 10")
    }

    @Test("CAN-19 are done one after the other")
    func several() throws {
        let operations = patch([("$.data.key1", "v1"), ("$.data.key2", "v2")])
        let copy = try patched(mesh(["key1": "a", "key2": "b"]), operations, kind: "ConfigMap")
        #expect(copy[path: "data"] == ["key1": "v1", "key2": "v2"])
    }

    @Test(
        "keep comments, layout and quotes of a document",
        arguments: [
            ("a: 1 # one\nb: 'x'\n", "$.a", "2", "a: 2 # one\nb: 'x'\n"),
            ("# top\nb: 'x' # note\n", "$.b", "y z", "# top\nb: 'y z' # note\n"),
            ("b: \"x\"\n", "$.b", "y", "b: \"y\"\n"),
            ("list: [1, 2, 3] # three\n", "$.list[1]", "7", "list: [1, 7, 3] # three\n"),
            (
                "list:\n  - name: a\n    port: 80\n  - name: b\n    port: 81\n", "$.list[1].port", "82",
                "list:\n  - name: a\n    port: 80\n  - name: b\n    port: 82\n"
            ),
            ("m: {a: x, b: y}\n", "$.m.a", "z", "m: {a: z, b: y}\n"),
            ("a: stable\n", "$.a", "1", "a: \"1\"\n"),
            ("a: 'x'\n", "$.a", "it's", "a: \"it's\"\n"),
            ("a: on\n", "$.a", "false", "a: false\n"),
            ("a: x\r\nb: v\r\n", "$.a", "z", "a: z\r\nb: v\r\n"),
            ("ü: x # é\n", "$.ü", "z", "ü: z # é\n"),
        ] as [(String, String, String, String)]
    )
    func layout(text: String, path: String, new: String, expected: String) throws {
        let copy = try patched(mesh(["f": .string(text)]), patch([(path, new)], root: "$.data.f"), kind: "ConfigMap")
        #expect(copy[path: "data", "f"] == .string(expected))
    }

    @Test("write a document anew when a value stands in it in an unusual way")
    func rewritten() throws {
        let objects = try mesh(["f": "base: &b {port: 80}\nuse: *b\ntext: |\n  a\n  b\n"])
        let copy = try patched(
            objects,
            patch([("$.use.port", "81"), ("$.text", "c")], root: "$.data.f"),
            kind: "ConfigMap"
        )
        let text = try #require(copy[path: "data", "f"]?.string)
        #expect(try value(text) == ["base": ["port": 80], "use": ["port": 81], "text": "c"])
    }

    @Test(
        "find their place",
        arguments: [
            ("$.data.'app.yaml'", "{app.yaml: x, a: y}", "{app.yaml: new, a: y}"),
            (#"$.data.app\.yaml"#, "{app.yaml: x, a: y}", "{app.yaml: new, a: y}"),
            ("$.data['app.yaml']", "{app.yaml: x, a: y}", "{app.yaml: new, a: y}"),
            ("$..name", "{name: x}", "{name: new}"),
        ] as [(String, String, String)]
    )
    func paths(path: String, data: String, expected: String) throws {
        let objects = try mesh(try value(data))
        let options = patch([(path, "new")])
        if path == "$..name" {
            #expect(message { _ = try patched(objects, options, kind: "ConfigMap") } == nil)
        } else {
            #expect(try patched(objects, options, kind: "ConfigMap")[path: "data"] == (try value(expected)))
        }
    }

    @Test(
        "keep the type of what they replace",
        arguments: [
            ("{a: 100}", "90", "{a: 90}"), ("{a: 'x'}", "90", "{a: '90'}"), ("{a: true}", "false", "{a: false}"),
            ("{a: 1.5}", "2.25", "{a: 2.25}"), ("{a: null}", "3", "{a: 3}"), ("{a: null}", "x", "{a: x}"),
        ] as [(String, String, String)]
    )
    func types(data: String, new: String, expected: String) throws {
        let copy = try patched(
            mesh(["inner": .string(data)]),
            patch([("$.a", new)], root: "$.data.inner"),
            kind: "ConfigMap"
        )
        #expect(try value(copy[path: "data", "inner"]?.string ?? "") == (try value(expected)))
    }

    @Test(
        "are refused with the path and the reason, never with the old value",
        arguments: [
            ("$.data.b", "x", nil, "cannot patch $.data.b: there is nothing at this path"),
            ("$.data", "x", nil, "cannot patch $.data: it is a mapping, only single values can be replaced"),
            (
                "data.a", "x", nil,
                "cannot patch data.a: \"data.a\" is no path: it must start with \"$\"; "
                    + "write it like $.spec.containers[0].image or $.data.'app.yaml'"
            ),
            ("$.port", "x", "$.data.a", "cannot patch $.port: it is an integer, the new value is none"),
            ("$.live", "x", "$.data.a", "cannot patch $.live: it is true or false, the new value is neither"),
            ("$.port", "1", "$.data.none", "cannot patch $.data.none: there is nothing at this path"),
            ("$.port", "1", "$.data", "cannot patch $.data: it is no string that could hold a document"),
            ("$.port", "1", "$.data.bad", "cannot patch $.data.bad: its text is no YAML"),
            ("$.port", "1", "$.data.two", "cannot patch $.data.two: it must hold one document, found 2"),
            ("$.metadata.name", "", nil, "metadata.name must be a name, found an empty string"),
        ] as [(String, String, String?, String)]
    )
    func refused(path: String, new: String, root: String?, text: String) throws {
        let objects = try mesh(["a": "port: 80\nlive: true", "bad": "a: [", "two": "a: 1\n---\nb: 2\n"])
        let found = message { _ = try patched(objects, patch([(path, new)], root: root), kind: "ConfigMap") }
        #expect(found?.replacing("ConfigMap/mesh: ", with: "") == text)
    }
}
