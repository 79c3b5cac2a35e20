import Manifests
import Testing

@Suite("Messages about manifests")
struct OneLineTests {
    @Test(
        "stay in one line whatever names and keys hold",
        arguments: [
            (#"{"a\nb": 1, "a\nb": 2}"#, #"key "a\nb" is there twice"#),
            (#"{kind: A, metadata: {name: "a\nb", labels: {"c\rd": 1}}}"#, #"A/a\nb: metadata.labels.c\rd must be"#),
            (#"{kind: "A\u2028B", metadata: {name: a, labels: 1}}"#, #"A\u2028B/a: metadata.labels must be"#),
            (#"{apiVersion: "a/b\u0085/c", kind: A, metadata: {name: a}}"#, #"found "a/b\u0085/c""#),
        ]
    )
    func problems(yaml: String, part: String) throws {
        let problems = ManifestParser.parse(Array(yaml.utf8), file: "in.yaml").problems
        let text = "\(try #require(problems.first))"
        #expect(problems.count == 1 && text.contains(part), "\(text)")
    }
}
