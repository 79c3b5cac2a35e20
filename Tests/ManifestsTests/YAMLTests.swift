import Manifests
import Testing

@Suite("The YAML reader")
struct YAMLTests {
    @Test(
        "finds the documents of a text",
        arguments: [
            ("", []), ("\n\n---\n\n---\n", []), ("# only a comment\n", []), ("null\n---\n~\n---\n# c\n", []),
            ("---\na: 1\n", [["a": 1]]), ("a: 1\n---\nb: 2\n", [["a": 1], ["b": 2]]),
            ("a: 1\n--- # Source: b.yaml\nb: 2\n", [["a": 1], ["b": 2]]),
            ("a: 1\r\n---\r\nb: x\r\n", [["a": 1], ["b": "x"]]), ("\u{FEFF}a: 1\n", [["a": 1]]),
            ("a: 1\n...\n---\nb: 2\n", [["a": 1], ["b": 2]]), ("%YAML 1.2\n---\na: 1\n", [["a": 1]]),
            ("a: |\n  x\n---\nb: 1\n", [["a": "x\n"], ["b": 1]]), ("a: |\n  x\n  ---\n  y\n", [["a": "x\n---\ny\n"]]),
            ("hello\n", ["hello"]), ("- 1\n", [[1]]), ("{}\n", [[:]]),
            ("{\"a\": \"\\u00e9\", \"b\": [1, 2.0]}", [["a": "é", "b": [1, 2]]]),
        ] as [(String, [Value])]
    )
    func documents(text: String, values: [Value]) throws {
        #expect(try YAML.documents(in: Array(text.utf8), file: "a.yaml").map(\.value) == values)
    }

    @Test("reads UTF-16 with a byte order mark")
    func utf16() throws {
        let bytes = "\u{FEFF}a: é\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try YAML.documents(in: bytes, file: "a.yaml").map(\.value) == [["a": "é"]])
    }

    @Test("reads an emoji that JSON writes as a surrogate pair")
    func surrogates() throws {
        let text = #"{"kind": "K", "a": "\ud83d\ude00"}"#
        #expect(try YAML.documents(in: Array(text.utf8), file: "a.json").map(\.value) == [["kind": "K", "a": "😀"]])
        #expect(throws: ManifestError.self) { try YAML.documents(in: Array(#"{"a": "\ud83d"}"#.utf8), file: "a.json") }
    }

    @Test(
        "reads JSON whose strings hold what is a line break in YAML only",
        arguments: ["\u{85}", "\u{2028}", "\u{2029}"]
    )
    func otherLineBreaks(character: String) throws {
        let text = "{\"a\": \"x \(character) y\"}"
        #expect(
            try YAML.documents(in: Array(text.utf8), file: "a.json").map(\.value) == [
                ["a": .string("x \(character) y")]
            ]
        )
        let yaml = "{a: \"x \(character) y\"}"
        #expect(
            try YAML.documents(in: Array(yaml.utf8), file: "a.yaml").map(\.value) != [
                ["a": .string("x \(character) y")]
            ]
        )
    }

    @Test("merges mappings, a field of the mapping itself winning")
    func merges() throws {
        let text = """
            one: &one {a: 1, b: 1}
            two: &two {b: 2, c: 2}
            both: {<<: [*one, *two], c: 3}
            late: {a: 0, <<: *one}
            plain: {"<<": 1}
            """
        let value = try #require(try YAML.documents(in: Array(text.utf8), file: "a.yaml").first?.value)
        #expect(value["both"] == ["a": 1, "b": 1, "c": 3])
        #expect(value["both"]?.mapping?.keys == ["a", "b", "c"])
        #expect(value["late"] == ["a": 0, "b": 1])
        #expect(value["plain"] == ["<<": 1])
    }

    @Test("repeats a node for its alias, as a key too")
    func aliases() throws {
        let text = "a: &x [1, &y two]\nb: *x\n*y : 3\nc: &x new\nd: *x\n"
        let value = try YAML.documents(in: Array(text.utf8), file: "a.yaml").first?.value
        #expect(value == ["a": [1, "two"], "b": [1, "two"], "two": 3, "c": "new", "d": "new"])
    }

    @Test("warns of a key that is a truth value in YAML 1.1 only")
    func warnings() throws {
        let text = "y: 1\n\"on\": 2\ntrue: 2\n---\n- No: 1\n"
        let documents = try YAML.documents(in: Array(text.utf8).filter { $0 != 0x32 }, file: "a.yaml")
        #expect(
            documents.flatMap(\.warnings).map(\.description) == [
                "a.yaml:1:1: the key \"y\" is read as \"true\"; quote it",
                "a.yaml:5:3: the key \"No\" is read as \"false\"; quote it",
            ]
        )
    }

    @Test(
        "warns of what kubectl reads in another way, and of keys that become other ones",
        arguments: [
            (
                "a: |\n  x",
                "a.yaml:2:1: the text ends in a block without a line feed, which kubectl adds and PipeCD does not; "
                    + "end it with one"
            ),
            (
                "b: 1\n---\na:\n- >\n  x\n   ",
                "a.yaml:6:1: the text ends in a block without a line feed, which kubectl adds and "
                    + "PipeCD does not; end it with one"
            ),
            ("a: |-\n  x", nil), ("a: |\n  x\n", nil), ("a: |\n  x\nb:\n  y", nil), ("a: |\n  x\n # c", nil),
            (
                "a: &a {x: 1, z: 2}\nb:\n  x: 2\n  <<: *a\n",
                "a.yaml:4:3: kubectl and PipeCD let \"<<\" win over the field \"x\" above it; write \"<<\" first"
            ),
            ("a: &a {x: 1}\nb:\n  x: 1\n  z: 1\n  <<: *a\nc:\n  <<: *a\n  x: 2\n", nil),
            ("1.10: a\n", "a.yaml:1:1: the key \"1.10\" is read as \"1.1\"; quote it"),
            ("12: a\n1.5: b\ntrue: c\n\"1.10\": d\n! 1.20: e\n", nil),
        ] as [(String, String?)]
    )
    func otherReadings(text: String, warning: String?) throws {
        let warnings = try YAML.documents(in: Array(text.utf8), file: "a.yaml").flatMap(\.warnings)
        #expect(warnings.map(\.description) == (warning.map { [$0] } ?? []))
    }

    @Test(
        "warns of a key that stands twice where that is allowed",
        arguments: [
            ("a: 1\nb:\n  c: 1\n  c: 2\n", "a.yaml:4:3: key \"c\" is there twice in one mapping; the last one counts"),
            (
                "x: &x {a: 1}\nb:\n  <<: *x\n  <<: *x\n",
                "a.yaml:4:3: key \"<<\" is there twice in one mapping; all of them count"
            ),
            ("true: 1\n\"true\": 2\n", "a.yaml:2:1: key \"true\" is there twice in one mapping; the last one counts"),
            ("a: 1\nb: 2\n", nil),
        ] as [(String, String?)]
    )
    func repeatedKeyWarnings(text: String, warning: String?) throws {
        let documents = try YAML.documents(in: Array(text.utf8), file: "a.yaml", limits: .machineWritten)
        #expect(documents.flatMap(\.warnings).map(\.description) == (warning.map { [$0] } ?? []))
    }

    @Test("lets keys stand twice where that is allowed, in JSON and in what only looks like it")
    func repeatedKeys() throws {
        let json = #"{"a": "\ud83d\ude00", "b": 1, "b": 2}"#
        for text in [json, "{a: \"😀\", b: 1, b: 2}"] {
            let value = try YAML.documents(in: Array(text.utf8), file: "a.json", limits: .machineWritten).first?.value
            #expect(value == ["a": "😀", "b": 2])
        }
        let message = "a.json:1:31: key \"b\" is there twice in one mapping; remove one"
        #expect(describeError { _ = try YAML.documents(in: Array(json.utf8), file: "a.json") } == message)
    }

    @Test("merges what every << brings in where keys may stand twice, the last one first")
    func repeatedMerges() throws {
        let text = "a: &a {x: 1, z: 1}\nb: &b {z: 2}\nc:\n  <<: *a\n  <<: *b\n"
        let value = try YAML.documents(in: Array(text.utf8), file: "a.yaml", limits: .machineWritten).first?.value
        #expect(value?["c"] == ["x": 1, "z": 2])
    }

    @Test(
        "says where a text is wrong, and how",
        arguments: [
            ("a: 1\nb: 1\na: 2\n", "a.yaml:3:1: key \"a\" is there twice in one mapping; remove one"),
            ("x:\n  y: 1\n  y: 2\n", "a.yaml:3:3: key \"y\" is there twice in one mapping; remove one"),
            ("1: a\n\"1\": b\n", "a.yaml:2:1: key \"1\" is there twice in one mapping; remove one"),
            ("~: 1\n", "a.yaml:1:1: a key must be a string, found null"),
            ("a: .inf\n", "a.yaml:1:4: an infinite number has no form in JSON; quote it"),
            ("a: !!float .inf\n", "a.yaml:1:4: an infinite number has no form in JSON; quote it"),
            ("a: !!float -.INF\n", "a.yaml:1:4: an infinite number has no form in JSON; quote it"),
            ("a: !!float \".nan\"\n", "a.yaml:1:4: an infinite number has no form in JSON; quote it"),
            ("!!float .inf : 1\n", "a.yaml:1:1: an infinite number has no form in JSON; quote it"),
            (".inf: 1\n", "a.yaml:1:1: a key must be a string, found a number"),
            ("9223372036854775808: 1\n", "a.yaml:1:1: a key must be a string, found a number"),
            ("[a]: 1\n", "a.yaml:1:1: a key must be a string, found a list"),
            ("a: *b\n", "a.yaml:1:4: no anchor is complete for this alias; quote a text that begins with \"*\""),
            ("a: &a [*a]\n", "a.yaml:1:8: no anchor is complete for this alias; quote a text that begins with \"*\""),
            ("<<: 1\n", "a.yaml:1:1: \"<<\" must be given a mapping or a list of mappings"),
            ("a: &a {}\n<<: *a\n<<: *a\n", "a.yaml:3:1: key \"<<\" is there twice in one mapping; remove one"),
            (
                "a:\n\tb: 1\n",
                "a.yaml:2:1: found character that cannot start any token while scanning for the next token"
                    + "; indent with spaces, not with tabs"
            ),
            (
                "a: [1,\nb: 2\n",
                "a.yaml:3:1: did not find expected ',' or ']' while parsing a flow sequence that starts at line 1"
            ),
            (
                "a: \"x\n",
                "a.yaml:2:1: found unexpected end of stream while scanning a quoted scalar that starts at line 1"
            ),
            ("a: 1\n b: 2\n", "a.yaml:2:3: mapping values are not allowed in this context"),
            ("a: x\u{1}\n", "a.yaml:1:5: control characters are not allowed"),
        ]
    )
    func errors(text: String, message: String) {
        #expect(describeError { _ = try YAML.documents(in: Array(text.utf8), file: "a.yaml") } == message)
    }

    @Test("refuses bytes that are no UTF-8, with their place")
    func invalidUTF8() {
        let bytes = Array("a: 1\nb: ".utf8) + [0xFF]
        let message = "a.yaml:2:4: invalid leading UTF-8 octet"
        #expect(describeError { _ = try YAML.documents(in: bytes, file: "a.yaml") } == message)
    }

    @Test("counts what aliases stand for")
    func aliasBomb() {
        let lines = (1..<30).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]" }
        let text = "a0: &a0 x\n" + lines.joined(separator: "\n")
        let message = "a.yaml:13:24: more than 1000000 nodes by alias; simplify or split the file"
        #expect(describeError { _ = try YAML.documents(in: Array(text.utf8), file: "a.yaml") } == message)
        let long =
            "a: &a \"\(String(repeating: "x", count: 64_000))\"\nb: [\(Array(repeating: "*a", count: 1100).joined(separator: ","))]"
        #expect(throws: ManifestError.self) { try YAML.documents(in: Array(long.utf8), file: "a.yaml") }
    }

    @Test("refuses texts beyond its limits")
    func limits() {
        let deep = String(repeating: "[", count: 10_000)
        #expect(
            describeError { _ = try YAML.documents(in: Array(deep.utf8), file: "a.yaml") }
                == "a.yaml:1:201: more than 200 levels of nesting; simplify or split the file"
        )
        #expect(
            describeError {
                _ = try YAML.documents(in: Array(deep.utf8), file: "a.yaml", limits: ReadLimits(bytes: 9_999))
            }
                == "a.yaml:1:1: more than 9999 bytes; simplify or split the file"
        )
    }

    @Test("reads words and merges that alternate below many keys in linear time", .timeLimit(.minutes(1)))
    func manyRepeatedKeys() throws {
        let fields = (0..<40_000).map { "key-\($0): \($0)\n" }.joined()
        let words = String(repeating: "y: a\nyes: b\n", count: 40_000)
        let value = try YAML.documents(in: Array((fields + words).utf8), file: "a.yaml").first?.value
        #expect(value?.mapping?.count == 40_001 && value?["true"] == "b")
        let merges = "m: &m {key-1: x, new: y}\n\(fields)" + String(repeating: "<<: *m\n", count: 40_000)
        let merged = try YAML.documents(in: Array(merges.utf8), file: "a.yaml", limits: .machineWritten).first?.value
        #expect(merged?.mapping?.count == 40_002 && merged?["key-1"] == 1)
    }

    @Test("finds a key that stands twice among many")
    func duplicateAmongMany() throws {
        let fields = (0..<2000).map { "key-\($0): \($0)\n" }.joined()
        #expect(try YAML.documents(in: Array(fields.utf8), file: "a.yaml").first?.value.mapping?.count == 2000)
        let message = "a.yaml:2001:1: key \"key-1000\" is there twice in one mapping; remove one"
        #expect(
            describeError { _ = try YAML.documents(in: Array("\(fields)key-1000: x\n".utf8), file: "a.yaml") }
                == message
        )
    }
}
