import KubernetesAPI
import Manifests
import Testing

@testable import Stages

@Suite("The fields that differ")
struct FieldDifferenceTests {
    private func differences(_ before: String, _ after: String, kind: String = "ConfigMap") throws -> [String] {
        let objects = try [before, after].map { spec in
            let text =
                "{apiVersion: v1, kind: \(kind), metadata: {name: a, resourceVersion: \"\(spec.count)\"}, \(spec)}"
            let document = try #require(try YAML.documents(in: Array(text.utf8), file: "a").first)
            return try #require(LiveResource(document.value))
        }
        return FieldDifference.between(objects[0], objects[1]).map { difference in
            "\(difference.path): \(difference.before?.jsonText() ?? "-") \(difference.after?.jsonText() ?? "-")"
        }
    }

    @Test(
        "are named by their paths, elements of lists by name where they have one",
        arguments: [
            ("spec: {a: 1}", "spec: {a: 1}", []),
            ("spec: {a: 1, b: x}", "spec: {a: 2, c: [1]}", ["spec.a: 1 2", "spec.b: \"x\" -", "spec.c: - [1]"]),
            ("spec: {l: [1, 2]}", "spec: {l: [1, 3, 4]}", ["spec.l[1]: 2 3", "spec.l[2]: - 4"]),
            (
                "spec: {l: [{name: a, v: 1}, {name: b, v: 1}]}", "spec: {l: [{name: b, v: 2}, {name: c}]}",
                [
                    "spec.l[name=a]: {\"name\":\"a\",\"v\":1} -", "spec.l[name=b].v: 1 2",
                    "spec.l[name=c]: - {\"name\":\"c\"}",
                ]
            ),
            ("spec: {l: [{name: a}, {name: a}]}", "spec: {l: [{name: a}]}", ["spec.l[1]: {\"name\":\"a\"} -"]),
            ("spec: {a: {b: 1}}", "spec: {a: text}", ["spec.a: {\"b\":1} \"text\""]),
            ("status: {ready: 1}", "status: {ready: 2}", []),
        ] as [(String, String, [String])]
    )
    func paths(before: String, after: String, expected: [String]) throws {
        #expect(try differences(before, after) == expected)
    }

    @Test("of a Secret hide their values")
    func secret() throws {
        let found = try differences("data: {a: eA==}", "data: {a: eQ==, b: eg==}", kind: "Secret")
        #expect(found == ["data.a: \"(hidden)\" \"(hidden)\"", "data.b: - \"(hidden)\""])
    }
}
