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
            (
                "wrong Node Kind for  expected: MappingNode was ScalarNode: value: {hunter2}",
                "wrong Node Kind for expected: MappingNode was ScalarNode: value: {(hidden)}"
            ),
            (
                "yaml: unmarshal errors: line 2: cannot unmarshal !!str `hunter2` into map[string]interface {}",
                "yaml: unmarshal errors: line 2: cannot unmarshal !!(hidden) into map[string]interface {}"
            ),
            (
                "evalsymlink failure on '/app/stringData: hunter2' : lstat /app/stringData: hunter2: no such file",
                "evalsymlink failure on '(hidden)' : lstat (hidden): no such file"
            ),
            (
                "evalsymlink failure on '/app/x.yaml' : lstat /app/x.yaml: no such file",
                "evalsymlink failure on '/app/x.yaml' : lstat /app/x.yaml: no such file"
            ),
            ("lstat /app/nofile: no such file or directory", "lstat /app/nofile: no such file or directory"),
        ]
    )
    func quotes(words: String, shown: String) {
        #expect(Complaint.summary(Array(words.utf8)) == shown)
        #expect(Complaint.lines(Array(words.utf8)).joined(separator: "; ") == shown)
    }

    @Test(
        "begin without the time and the process that kubectl puts before them",
        arguments: [
            (#"E1121 21:02:08.573785    8192 run.go:72] "command failed" err="no \"x\" in C:\\y""#, #"no "x" in C:\y"#),
            (
                "E1121 21:02:09.119086    8220 run.go:72] \"command failed\" err=<\n\tone\n\ttwo [x]\n >\n",
                "one; two [x]"
            ),
            (
                "# Warning: old\nE1121 21:02:09.1 8220 run.go:72] \"command failed\" err=\"gone\"\n",
                "# Warning: old; gone"
            ),
            ("E1121 21:02:09.1 8220 run.go:72] \"command failed\" err=gone", "gone"),
            (
                "E1121 21:02:09.1 8220 run.go:72] \"command failed\" err=\"literal sources [hunter2]: invalid literal source x, expected k\"",
                "literal sources [(hidden)]: invalid literal source (hidden), expected k"
            ),
            ("E1121 is no room", "E1121 is no room"),
        ]
    )
    func logPrefix(words: String, shown: String) {
        #expect(Complaint.summary(Array(words.utf8)) == shown)
    }
}
