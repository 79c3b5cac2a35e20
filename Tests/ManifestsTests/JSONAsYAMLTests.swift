import Manifests
import Testing

@Suite("JSON that is read as YAML")
struct JSONAsYAMLTests {
    @Test(
        "keeps the characters that end a line in YAML alone",
        arguments: ["\u{85}", "\u{2028}", "\u{2029}"],
        [("", "{", "}"), ("\u{FEFF}", "{", "}"), (" ", "[{", "}]")]
    )
    func separators(separator: String, form: (mark: String, start: String, end: String)) throws {
        let json = "\(form.start)\"k\": \"a\(separator)b\"\(form.end)"
        let documents = try YAML.documents(in: Array((form.mark + json).utf8), file: "in.json")
        #expect(try documents.map(\.value) == [Value(json: Array(json.utf8))])
    }

    @Test("is still YAML where it is no JSON")
    func flow() throws {
        let documents = try YAML.documents(in: Array("{a: \"b\u{2028}c\"}".utf8), file: "in.yaml")
        #expect(documents.map(\.value) == [["a": "b\u{2028}c"]])
    }
}
