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

    @Test(
        "has as many nodes as YAML may have",
        arguments: ["{\"a\": [1, 2, 3]}", "{\"a\": [1, \"\u{2028}\", 3]}", #"{"a": ["\ud83d\ude00", 2, 3]}"#]
    )
    func nodes(text: String) throws {
        let read = { (nodes: Int) in
            describeError { _ = try YAML.documents(in: Array(text.utf8), file: "t", limits: ReadLimits(nodes: nodes)) }
        }
        #expect(read(6) == nil)
        #expect(read(5)?.hasSuffix("more than 5 nodes; simplify or split the file") == true)
    }

    @Test(
        "has no number beyond the range, which is a string in YAML",
        arguments: [
            ("{\"a\": 1E400}", "t:1:7: the number is too large"), ("[-1e999]", "t:1:2: the number is too large"),
            ("{\"a\": \"1E400\", \"1e400\": 1}", nil), ("a: 1E400", nil), ("{\"a\": 1e300}", nil),
        ] as [(String, String?)]
    )
    func hugeNumbers(text: String, problem: String?) {
        #expect(describeError { _ = try YAML.documents(in: Array(text.utf8), file: "t") } == problem)
    }

    @Test("is still YAML where it is no JSON")
    func flow() throws {
        let documents = try YAML.documents(in: Array("{a: \"b\u{2028}c\"}".utf8), file: "in.yaml")
        #expect(documents.map(\.value) == [["a": "b\u{2028}c"]])
    }
}
