import Manifests
import Testing

@testable import FakeKubernetes

@Suite("Schemas")
struct SchemaTests {
    @Test("name only structures that exist")
    func complete() {
        let known = BuiltInSchemas.structures
        for (name, structure) in known {
            for (field, schema) in structure.fields {
                for reference in OpenAPISchema.references(schema.schema) {
                    #expect(known[reference] != nil, "\(name).\(field) names \(reference)")
                }
            }
        }
        for type in BuiltInTypes.all { #expect(known[type.kind] != nil, "\(type.kind)") }
    }

    @Test(
        "bring quantities into their one form",
        arguments: [
            ("0.1", "100m"), ("1000m", "1"), ("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("1e3", "1k"), ("100", "100"),
            ("0", "0"), ("1500", "1500"), ("0.5", "500m"), ("1000Mi", "1000Mi"), ("-1", "-1"),
            ("128974848", "128974848"),
        ]
    )
    func quantities(written: String, kept: String) {
        #expect(Quantity(.string(written))?.value == .string(kept))
    }

    @Test("take no text for a quantity that is none", arguments: ["", "x", "1x", "1.2.3", "m", "99999999999999999999"])
    func noQuantity(text: String) {
        #expect(Quantity(.string(text)) == nil)
    }

    @Test("read names and labels as Kubernetes does")
    func names() {
        let maps = GroupResource(group: "", resource: "configmaps")
        #expect(NameRules.flaw(ofName: "a.b-c", type: maps) == nil)
        #expect(NameRules.flaw(ofName: "-a", type: maps) != nil)
        #expect(NameRules.flaw(ofName: "1a", type: GroupResource(group: "", resource: "services")) != nil)
        let roles = GroupResource(group: "rbac.authorization.k8s.io", resource: "clusterroles")
        #expect(NameRules.flaw(ofName: "system:node", type: roles) == nil)
        #expect(NameRules.flaw(ofLabelKey: "example.com/a_b.c") == nil)
        #expect(NameRules.flaw(ofLabelKey: "a/b/c") != nil)
        #expect(NameRules.flaw(ofLabelValue: "") == nil)
    }

    @Test("keep field sets through their JSON form")
    func fieldSets() throws {
        let text = #"{".":{},"f:a":{"f:b":{},"k:{\"x\":1}":{".":{},"f:y":{}}},"v:\"z\"":{}}"#
        let set = try #require(FieldSet(try Value(json: Array(text.utf8), file: "test")))
        #expect(set.value.jsonText(.sortedKeys) == text)
        #expect(set.paths.count == 5)
        #expect(set.subtracting(set).isEmpty)
        #expect(set.union(FieldSet()) == set)
        #expect(set.intersection(set) == set)
        let unordered = try #require(FieldSet(["k:{\"b\": 1, \"a\": 2}": [:]]))
        #expect(unordered.value.jsonText() == #"{"k:{\"a\":2,\"b\":1}":{}}"#)
    }

    @Test(
        "say how long ago something was",
        arguments: [(5, "5s"), (119, "119s"), (150, "2m30s"), (3600, "60m"), (90_000, "25h"), (900_000, "10d")]
    )
    func age(seconds: Int, text: String) {
        #expect(Age.text(seconds: seconds) == text)
    }

    @Test("write moments as RFC 3339 and read them back")
    func timestamps() {
        #expect(Timestamp(seconds: 1_700_000_000).text == "2023-11-14T22:13:20Z")
        #expect(Timestamp(text: "2023-11-14T22:13:20Z").seconds == 1_700_000_000)
        #expect(Timestamp(text: "yesterday").seconds == nil)
    }
}
