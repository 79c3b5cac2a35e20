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
            (
                "coalesce.go:289: warning: cannot overwrite table with non table for db.auth (map[password:hunter2 (a)\nb])\n"
                    + "coalesce.go:298: warning: destination for db.auth is a table. Ignoring non-table value (hunter2)\n"
                    + "coalesce.go:161: warning: destination for a is a table. Ignoring non-table value hunter2\nError: no",
                "coalesce.go:289: warning: cannot overwrite table with non table for db.auth (hidden); "
                    + "coalesce.go:298: warning: destination for db.auth is a table. Ignoring non-table value (hidden); "
                    + "coalesce.go:161: warning: destination for a is a table. Ignoring non-table value (hidden); Error: no"
            ),
            (
                "web:\n- at '/db/password': 'hunter2 is not valid' does not match pattern '^[a-z]+$'\n",
                "web:; - at '/db/password': '(hidden)' does not match pattern '^[a-z]+$'"
            ),
            (
                "Error: failed to fetch https://me:hunter2@v.test/v.yaml?ref=main&token=hunter2 : 404 Not Found",
                "Error: failed to fetch https://(hidden)@v.test/v.yaml?ref=main&token=(hidden) : 404 Not Found"
            ),
            (
                "fatal: repository 'https://hunter2@g.test/c.git/?hunter2' not found, nor ssh://git@g.test/c and a@b.test",
                "fatal: repository 'https://(hidden)@g.test/c.git/?(hidden)' not found, nor ssh://git@g.test/c and a@b.test"
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
