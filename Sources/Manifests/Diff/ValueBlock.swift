/// A node as the text of a diff shows it: like YAML, fields sorted, texts without quotes.
struct ValueBlock {
    /// What stands on the line of the field, `nil` when nothing does.
    private let head: String?
    /// The lines below it.
    private let body: [String]

    init(_ value: Value) {
        switch value {
        case .mapping(let fields) where !fields.isEmpty:
            head = nil
            body = fields.sortedByKey().flatMap { ValueBlock($0.value).lines(behind: "\(Self.plain($0.key)):") }
        case .array(let elements) where !elements.isEmpty:
            head = nil
            body = elements.flatMap { ValueBlock($0).linesOfElement }
        case .string(let text) where text.unicodeScalars.contains("\n"):
            (head, body) = Self.block(text)
        case .string(let text): (head, body) = (Self.plain(text), [])
        default: (head, body) = (value.jsonText(), [])
        }
    }

    /// The lines with a word before them, those below it indented.
    func lines(behind word: String) -> [String] {
        [head.map { "\(word) \($0)" } ?? word] + body.map { "  \($0)" }
    }

    /// The lines of an element of a list.
    var linesOfElement: [String] {
        guard head == nil, let first = body.first else { return lines(behind: "-") }
        return ["- \(first)"] + body.dropFirst().map { "  \($0)" }
    }

    /// The lines of a node without a name.
    var linesAlone: [String] { head.map { [$0] + body.map { "  \($0)" } } ?? body }

    /// A text of several lines; the sign says how it ends, as in YAML.
    private static func block(_ text: String) -> (String, [String]) {
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.last == "" else { return ("|-", lines.map(plain)) }
        lines.removeLast()
        return (lines.last == "" ? "|+" : "|", lines.map(plain))
    }

    /// A text as it is, control characters apart from tabs escaped.
    static func plain(_ text: String) -> String {
        let parts = text.unicodeScalars.split(separator: "\t", omittingEmptySubsequences: false)
        return parts.map { String($0).inOneLine(limit: .max) }.joined(separator: "\t")
    }
}
