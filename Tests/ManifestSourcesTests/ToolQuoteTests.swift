import Testing

@testable import ManifestSources

@Suite("The words of a tool")
struct ToolQuoteTests {
    @Test(
        "are shown without what they quote of the files, which may be a Secret's values",
        arguments: [
            (
                "trouble configuring builtin PatchTransformer with config: `\npatch: |-\n  stringData: {a: 'hunter2`'}\n`: "
                    + "unable to parse SM or JSON patch from [patch: \"stringData: {a: [hunter2], b: hunter2\"]",
                "trouble configuring builtin PatchTransformer with config: `(hidden)`: "
                    + "unable to parse SM or JSON patch from [(hidden)]"
            ),
            (
                "loading KV pairs: literal sources [a=b hunter2]: invalid literal source hunter2, expected key=value",
                "loading KV pairs: literal sources [(hidden)]: invalid literal source (hidden), expected key=value"
            ),
            (
                "MalformedYAMLError: yaml: unknown anchor 'hunter2' referenced in File: s.yaml",
                "MalformedYAMLError: yaml: unknown anchor '(hidden)' referenced in File: s.yaml"
            ),
            (
                "wrong node kind: expected ScalarNode but got MappingNode: node contents:\n{a: hunter2}\nb: hunter2",
                "wrong node kind: expected ScalarNode but got MappingNode: node contents:(hidden)"
            ),
            ("with config: `hunter2", "with config: `(hidden)"),
            ("lstat /app/nofile: no such file or directory", "lstat /app/nofile: no such file or directory"),
        ]
    )
    func quotes(words: String, shown: String) {
        #expect(Complaint.summary(Array(words.utf8)) == shown)
        #expect(Complaint.lines(Array(words.utf8)).joined(separator: "; ") == shown)
    }
}
