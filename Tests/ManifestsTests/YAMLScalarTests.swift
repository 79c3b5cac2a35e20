import Manifests
import Testing

@Suite("Unquoted scalars of YAML")
struct YAMLScalarTests {
    @Test(
        "mean what go-yaml v2 takes them for",
        arguments: [
            ("yes", true), ("No", false), ("ON", true), ("off", false), ("y", true), ("N", false), ("True", true),
            ("FALSE", false), ("yEs", "yEs"), ("~", .null), ("null", .null), ("Null", .null), ("nULL", "nULL"),
            ("", .null),
            ("0", 0), ("12", 12), ("+12", 12), ("-12", -12), ("-0", 0), ("0777", 511), ("0o777", 511), ("0O17", 15),
            ("0x1F", 31), ("0XfF", 255), ("-0x10", -16), ("0b11", 3), ("-0b11", -3), ("1_000", 1000), ("0_7", 7),
            ("0x", "0x"), ("0x+5", "0x+5"), ("0b12", "0b12"), ("_1", "_1"), ("08", 8), ("09.5", 9.5),
            ("1.0", 1), ("2.50", 2.5), ("1.", 1), (".5", 0.5), ("+.5", 0.5), ("-.5", -0.5), ("1e3", 1000),
            ("1E+3", 1000),
            ("1.5e-3", 0.0015), ("1e", "1e"), ("1e400", "1e400"), (".", "."), ("+", "+"), ("..", ".."),
            ("1_000.5", 1000.5), ("1e21", 1e21),
            ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
            ("9223372036854775808", 9223372036854775808.0), ("-9223372036854775809", -9223372036854775808.0),
            ("0xFFFFFFFFFFFFFFFF", 18446744073709551615.0), ("0x1FFFFFFFFFFFFFFFF", "0x1FFFFFFFFFFFFFFFF"),
            ("123456789012345678901234567890", 123456789012345678901234567890.0),
            ("2001-01-01", "2001-01-01"), ("12:30:45", "12:30:45"), ("190:20:30", "190:20:30"), ("1.2.3", "1.2.3"),
            ("10.0.0.1", "10.0.0.1"), ("100m", "100m"), ("1Gi", "1Gi"), ("yess", "yess"), ("tru", "tru"), ("=", "="),
        ] as [(String, Value)]
    )
    func unquoted(text: String, value: Value) throws {
        #expect(try read("a: \(text)") == .mapping(["a": value]))
        #expect(try read("- \(text)") == .array([value]))
    }

    @Test(
        "have the type that their tag says",
        arguments: [
            ("!!str 123", "123"), ("!!str", ""), ("!!str yes", "yes"), ("!!int \"12\"", 12), ("!!float 3", 3),
            ("!!float 3.5", 3.5), ("!!bool \"yes\"", true), ("!!null ~", .null), ("!!binary aGVsbG8=", "hello"),
            ("!!binary |\n  aGVs\n  bG8=\n", "hello"), ("!local 12", "12"), ("!!timestamp 2001-01-01", "2001-01-01"),
            ("! 12", "12"), ("! yes", "yes"), ("! ~", "~"), ("! \"12\"", "12"), ("!", ""), ("&a 12", 12),
            ("&a ! 12", "12"),
            ("! &a 12", "12"), ("&a\n  # comment\n  ! 12", "12"), ("&a", .null),
            ("!!int 0x1F", 31), ("!!float 0x1F", 31),
            ("'12'", "12"), ("\"yes\"", "yes"), ("\"\"", ""), ("|\n  12", "12"),
        ] as [(String, Value)]
    )
    func tagged(text: String, value: Value) throws {
        #expect(try read("a: \(text)") == .mapping(["a": value]))
    }

    @Test(
        "are refused when JSON has no form for them",
        arguments: [
            (".inf", "a.yaml:1:4: an infinite number has no form in JSON; quote it"),
            ("-.Inf", "a.yaml:1:4: an infinite number has no form in JSON; quote it"),
            (".NaN", "a.yaml:1:4: an infinite number has no form in JSON; quote it"),
            ("!!int 1.0", "a.yaml:1:4: the text is not what its tag !!int says"),
            ("!!int hello", "a.yaml:1:4: the text is not what its tag !!int says"),
            ("!!binary a", "a.yaml:1:4: the text of !!binary must be UTF-8 in base64"),
            ("!!binary /w==", "a.yaml:1:4: the text of !!binary must be UTF-8 in base64"),
        ]
    )
    func refused(text: String, message: String) {
        #expect(describeError { _ = try read("a: \(text)") } == message)
    }

    @Test(
        "become strings as keys",
        arguments: [
            ("y", "true"), ("No", "false"), ("true", "true"), ("12", "12"), ("0x10", "16"), ("1.50", "1.5"),
            ("1e6", "1e+06"), ("0.00001", "1e-05"), ("-0.0", "-0"), ("1.23456789", "1.2345679"), ("1_0", "10"),
            ("1000000", "1000000"), ("! yes", "yes"), ("! 0x10", "0x10"), ("&a 12", "12"), ("True", "true"),
            ("\"yes\"", "yes"), ("!!str yes", "yes"), ("!!int \"12\"", "12"), ("2001-01-01", "2001-01-01"),
        ]
    )
    func keys(text: String, key: String) throws {
        #expect(try read("\(text): v") == .mapping([key: "v"]))
    }

    private func read(_ text: String) throws -> Value {
        try YAML.documents(in: Array(text.utf8), file: "a.yaml").first?.value ?? .null
    }
}
