import Manifests
import Testing

@Suite("A byte that no YAML has")
struct UnreadableByteTests {
    @Test(
        "is told with its line and column, whatever ends a line",
        arguments: [
            ("a\nbc\u{1}", 2, 3), ("a\rbc\u{1}", 2, 3), ("a\r\nbc\u{1}", 2, 3), ("a\u{85}bc\u{1}", 2, 3),
            ("a\u{2028}\r\r\nbc\u{1}", 4, 3), ("é\u{1}", 1, 2), ("\u{1}", 1, 1), ("a: [\r\r--- b\r---\r\u{1}", 5, 1),
        ]
    )
    func place(text: String, line: Int, column: Int) throws {
        let problems = ManifestParser.parse(Array(text.utf8), file: "in.yaml").problems
        let position = SourcePosition(file: "in.yaml", line: line, column: column)
        #expect(problems.contains { $0.position == position }, "\(problems)")
    }
}
