import Manifests
import TestSupport
import Testing

@Suite("The JSON reader")
struct JSONReaderTests {
    @Test("accepts and refuses what JSONTestSuite says, every case of it", .enabled(if: Corpora.isPresent))
    func suite() throws {
        let folder = Corpora.path("json-test-suite/test_parsing")
        var (accepted, refused, undecided) = (0, 0, 0)
        for name in try TestFiles.names(in: folder) {
            let value = try? Value(json: try TestFiles.read("\(folder)/\(name)"))
            switch name.prefix(2) {
            case "y_":
                #expect(value != nil, "\(name)")
                accepted += value == nil ? 0 : 1
            case "n_":
                #expect(value == nil, "\(name)")
                refused += value == nil ? 1 : 0
            default: undecided += 1
            }
            guard let value else { continue }
            #expect(try Value(json: value.jsonBytes()).jsonBytes() == value.jsonBytes(), "\(name)")
        }
        #expect((accepted, refused, undecided) == (95, 188, 35))
    }

    @Test(
        "takes the last of several values that a program gives a key, in the place of the first",
        arguments: [
            (#"{"a": 1, "b": 2, "a": 3}"#, #"{"a":3,"b":2}"#), (#"{"a": {"x": 1}, "a": {"y": 2}}"#, #"{"a":{"y":2}}"#),
            (#"{"a": 1, "\u0061": 2, "a": null}"#, #"{"a":null}"#), (#"[{"a": 1}, {"a": 2}]"#, #"[{"a":1},{"a":2}]"#),
        ]
    )
    func repeatedKeys(text: String, value: String) throws {
        #expect(try Value(json: Array(text.utf8)).jsonText() == value)
    }

    @Test("refuses two spellings of one character as two keys, and keeps the first when a program wrote them")
    func spellings() throws {
        let text = Array("{\"\u{E9}\": 1, \"e\u{301}\": 2}".utf8)
        let message = "JSON:1:10: key \"e\u{301}\" is there twice in one mapping; remove one"
        #expect(describeError { _ = try Value(json: text, limits: .standard) } == message)
        #expect(try Value(json: text).jsonText() == "{\"\u{E9}\":1}")
    }

    @Test(
        "keeps numbers as they are",
        arguments: [
            ("0", 0), ("-0", 0), ("-7", -7), ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
            ("9223372036854775808", 9223372036854775808.0), ("-9223372036854775809", -9223372036854775809.0),
            ("1.0", 1.0), ("1e3", 1000.0), ("1E-2", 0.01), ("0.1", 0.1),
        ] as [(String, Value)]
    )
    func numbers(text: String, value: Value) throws {
        #expect(try Value(json: Array(text.utf8)) == value)
    }

    @Test(
        "unescapes strings",
        arguments: [
            (#""\u0041\n\t\b\f\r\"\\\/""#, "A\n\t\u{8}\u{c}\r\"\\/"), (#""\ud83d\ude00""#, "😀"), (#""é\u00e9""#, "éé"),
            (#""\u0000""#, "\0"), (#""""#, ""),
        ]
    )
    func strings(text: String, string: String) throws {
        #expect(try Value(json: Array(text.utf8)) == .string(string))
    }

    @Test("keeps the order of fields, and accepts a byte order mark")
    func order() throws {
        let value = try Value(json: Array("\u{FEFF} {\"b\": [true, null], \"a\": {}} ".utf8))
        #expect(value.mapping?.keys == ["b", "a"])
        #expect(value["b"] == [true, .null])
    }

    @Test(
        "says where a text is wrong, and how",
        arguments: [
            ("", "a.json:1:1: expected a value, found the end of the text"),
            ("{\n  \"a\": tru\n}", "a.json:2:8: expected a value, found \"t\""),
            ("{\"é\": x}", "a.json:1:7: expected a value, found \"x\""),
            ("[1, 2", "a.json:1:6: expected \",\" or \"]\", found the end of the text"),
            ("{\"a\" 1}", "a.json:1:6: expected \":\" after a key, found \"1\""),
            ("{a: 1}", "a.json:1:2: expected a key in quotation marks, found \"a\""),
            ("\"a", "a.json:1:3: expected a closing quotation mark, found the end of the text"),
            ("\"a\tb\"", "a.json:1:3: a control character in a string must be escaped"),
            (#""\ud800""#, "a.json:1:2: a surrogate has no partner"),
            (#""\ud83a\ud83a""#, "a.json:1:2: a surrogate has no partner"),
            ("01", "a.json:1:1: a number must not begin with 0"),
            ("1e999", "a.json:1:1: the number is too large"),
            ("1 2", "a.json:1:3: expected the end of the text, found \"2\""),
            ("{\"a\": 1,\n \"a\": 2}", "a.json:2:2: key \"a\" is there twice in one mapping; remove one"),
        ]
    )
    func errors(text: String, message: String) {
        let bytes = Array(text.utf8)
        #expect(describeError { _ = try Value(json: bytes, file: "a.json", limits: .standard) } == message)
    }

    @Test("refuses bytes that are no UTF-8")
    func invalidUTF8() {
        let message = "JSON:1:2: the string is no UTF-8"
        #expect(describeError { _ = try Value(json: [0x22, 0xC3, 0x28, 0x22]) } == message)
    }

    @Test("refuses texts beyond its limits")
    func limits() {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        #expect(
            describeError { _ = try Value(json: deep) }
                == "JSON:1:201: more than 200 levels of nesting; simplify or split the file"
        )
        #expect(
            describeError { _ = try Value(json: deep, limits: ReadLimits(bytes: 10)) }
                == "JSON:1:1: more than 10 bytes; simplify or split the file"
        )
        let long = "{\"a\": [1, {}], \"b\": \"\(String(repeating: "x", count: 128))\"}"
        for (most, column) in [(1, 2), (2, 7), (3, 8), (4, 11), (5, 16), (6, 21), (7, 21), (8, 21)] {
            #expect(
                describeError { _ = try Value(json: Array(long.utf8), limits: ReadLimits(nodes: most)) }
                    == "JSON:1:\(column): more than \(most) nodes; simplify or split the file"
            )
        }
        for read in [
            { try Value(json: $0, limits: $1) }, { try YAML.documents(in: $0, file: "a", limits: $1)[0].value },
        ]
            as [([UInt8], ReadLimits) throws -> Value]
        {
            #expect(throws: Never.self) { try read(Array(long.utf8), ReadLimits(nodes: 9)) }
            #expect(throws: ManifestError.self) { try read(Array(long.utf8), ReadLimits(nodes: 8)) }
        }
        #expect(ReadLimits.machineWritten.nodes == .max)
    }

    @Test("reads a key that alternates with many others in linear time", .timeLimit(.minutes(1)))
    func manyRepeatedKeys() throws {
        let fields = (0..<100_000).map { "\"key-\($0)\": 0" }
        let text = Array("{\((fields + fields).joined(separator: ","))}".utf8)
        #expect(try Value(json: text).mapping?.count == 100_000)
    }

    @Test("finds a key that stands twice among many")
    func duplicateAmongMany() throws {
        let fields = (0..<1000).map { "\"key-\($0)\": \($0)" }
        let large = "{\(fields.joined(separator: ","))}"
        #expect(try Value(json: Array(large.utf8)).mapping?.count == 1000)
        let doubled = "{\((fields + ["\"key-500\": 0"]).joined(separator: ","))}"
        #expect(try Value(json: Array(doubled.utf8))["key-500"] == 0)
        for text in [doubled, #"{"a": 1, "\u0061": 2}"#] {
            #expect(throws: ManifestError.self) { try Value(json: Array(text.utf8), limits: .standard) }
        }
    }
}

/// What the error that a body throws says, `nil` when it throws none.
func describeError(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return "\(error)"
    }
}
