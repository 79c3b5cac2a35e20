import Manifests
import Testing

@Suite("What is shown of an object")
struct RedactionTests {
    private func value(_ yaml: String) throws -> Value {
        try YAML.documents(in: Array(yaml.utf8), file: "a.yaml").first?.value ?? .null
    }

    @Test(
        "has no value of a Secret, and every key",
        arguments: [
            ("{data: {a: aHVudGVyMg==}, stringData: {b: hunter2}}", "{data: {a: (hidden)}, stringData: {b: (hidden)}}"),
            ("{data: {a: {b: hunter2}, c: [hunter2]}}", "{data: {a: (hidden), c: (hidden)}}"),
            ("{data: hunter2, stringData: [hunter2]}", "{data: (hidden), stringData: (hidden)}"),
            ("{stringdata: {a: hunter2}}", "{stringdata: {a: (hidden)}}"),
            ("{data: null, type: Opaque, immutable: true}", "{data: null, type: Opaque, immutable: true}"),
            ("{type: [hunter2], immutable: hunter2}", "{type: (hidden), immutable: (hidden)}"),
            ("{type: null, immutable: null}", "{type: null, immutable: null}"),
            (
                "{metadata: {name: s, annotations: {kubectl.kubernetes.io/last-applied-configuration: hunter2, "
                    + "kapp.k14s.io/original: hunter2, pipecd.dev/order: '1'}}}",
                "{metadata: {name: s, annotations: {kubectl.kubernetes.io/last-applied-configuration: (hidden), "
                    + "kapp.k14s.io/original: (hidden), pipecd.dev/order: '1'}}}"
            ),
            ("{metadata: {annotations: hunter2}}", "{metadata: {annotations: (hidden)}}"),
            ("{metadata: {annotations: null}}", "{metadata: {annotations: null}}"),
        ]
    )
    func hidden(fields: String, shown: String) throws {
        for kind in ["Secret", "secret", "SECRET"] {
            var (object, expected) = (try value(fields), try value(shown))
            object["kind"] = .string(kind)
            expected["kind"] = .string(kind)
            #expect(object.redacted == expected)
            #expect((["items": [object], "kind": "List"] as Value).redacted == ["items": [expected], "kind": "List"])
            let deep: Value = ["kind": "Work", "spec": ["manifests": [["object": object]]]]
            #expect(deep.redacted == ["kind": "Work", "spec": ["manifests": [["object": expected]]]])
        }
    }

    @Test("is everything of other objects")
    func others() throws {
        let object = try value(
            "{kind: ConfigMap, metadata: {name: a, annotations: {a: b}}, data: {a: b}, stringData: {a: b}, x: [1, null]}"
        )
        #expect(object.redacted == object)
        let reference = try value("{kind: Work, spec: {ref: {kind: Secret, name: db, key: password}}}")
        #expect(reference.redacted == reference)
    }

    @Test("is a manifest with its fields in their order")
    func manifest() throws {
        let object = try value("{kind: Secret, stringData: {b: x, a: z}, apiVersion: v1, metadata: {name: s}}")
        let expected =
            #"{"kind":"Secret","stringData":{"b":"(hidden)","a":"(hidden)"},"apiVersion":"v1","metadata":{"name":"s"}}"#
        #expect(try Manifest(object).redacted.object.jsonText() == expected)
    }
}
