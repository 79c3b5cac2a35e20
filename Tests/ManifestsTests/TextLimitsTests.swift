import Manifests
import Testing

@Suite("A text")
struct TextLimitsTests {
    @Test(
        "is refused when it has more nodes, documents or directives than the limits allow",
        arguments: [
            ("[1, 2, 3]\n", ReadLimits(nodes: 4), nil),
            ("[1, 2, 3, 4]\n", ReadLimits(nodes: 4), "t:1:11: more than 4 nodes; simplify or split the file"),
            ("{a: 1, b: 2}\n", ReadLimits(nodes: 4), "t:1:11: more than 4 nodes; simplify or split the file"),
            ("- &a 1\n- *a\n", ReadLimits(nodes: 2), "t:2:3: more than 2 nodes; simplify or split the file"),
            // A document needs little, all of them much.
            ("[1]\n---\n[1]\n---\n[1]\n", ReadLimits(nodes: 4), "t:5:1: more than 4 nodes; simplify or split the file"),
            (
                String(repeating: "x", count: 640), ReadLimits(nodes: 10),
                "t:1:1: more than 10 nodes; simplify or split the file"
            ),
            ("a\n---\n\n---\nb\n", ReadLimits(documents: 2), nil),
            (
                "a\n---\nb\n---\nc\n", ReadLimits(documents: 2),
                "t:5:1: more than 2 documents; simplify or split the file"
            ),
            (tags(100, "\n"), .standard, nil),
            (tags(101, "\n"), .standard, "t:1:1: more than 100 %TAG directives; simplify or split the file"),
            (tags(101, "\r"), .standard, "t:1:1: more than 100 %TAG directives; simplify or split the file"),
            (tags(101, "\u{2028}"), .standard, "t:1:1: more than 100 %TAG directives; simplify or split the file"),
            // What only looks like one does not count.
            ("a: |\n" + String(repeating: "  %TAG x\n", count: 200), .standard, nil),
            ("a: \"" + String(repeating: "%TAG", count: 200) + "\"", .standard, nil),
        ] as [(String, ReadLimits, String?)]
    )
    func limits(text: String, limits: ReadLimits, problem: String?) {
        #expect(self.problem(Array(text.utf8), limits) == problem)
    }

    @Test("has its directives counted in UTF-16 too")
    func utf16() {
        let text = Self.tags(101, "\n").utf8
        let problem = "t:1:1: more than 100 %TAG directives; simplify or split the file"
        #expect(self.problem([0xFF, 0xFE] + text.flatMap { [$0, 0] }, .standard) == problem)
        #expect(self.problem([0xFE, 0xFF] + text.flatMap { [0, $0] }, .standard) == problem)
    }

    @Test("that is too much as YAML is not read as JSON instead")
    func notAsJSON() {
        let text = "{\"a\": [1, 2, 3]}"
        #expect(
            problem(Array(text.utf8), ReadLimits(nodes: 3)) == "t:1:8: more than 3 nodes; simplify or split the file"
        )
    }

    @Test("has a string where a number has more than a thousand digits", arguments: ["9", "1_", ".", "-1"])
    func longNumber(start: String) throws {
        let long = start + String(repeating: "1", count: 1000)
        #expect(try YAML.documents(in: Array(long.utf8), file: "t").map(\.value) == [.string(long)])
    }

    @Test(
        "is quoted by messages on one line, and not in full",
        arguments: [
            ("plain", "plain"), ("ünïcode 🚢", "ünïcode 🚢"), ("a\nb\tc\r\0", "a\\nb\\tc\\r\\u0000"),
            ("\u{1B}[31m\u{7F}\u{85}\u{2028}", "\\u001b[31m\\u007f\\u0085\\u2028"), ("", ""),
            (String(repeating: "x", count: 256), String(repeating: "x", count: 256)),
            (String(repeating: "x", count: 257), String(repeating: "x", count: 256) + "…"),
        ]
    )
    func oneLine(text: String, line: String) {
        #expect(text.inOneLine() == line)
    }

    private func problem(_ text: [UInt8], _ limits: ReadLimits) -> String? {
        do {
            _ = try YAML.documents(in: text, file: "t", limits: limits)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static func tags(_ count: Int, _ lineBreak: String) -> String {
        (0..<count).map { "%TAG !a\($0)! tag:x\(lineBreak)" }.joined() + "---\(lineBreak)a\(lineBreak)"
    }
}
