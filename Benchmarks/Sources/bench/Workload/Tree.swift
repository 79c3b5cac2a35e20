/// A small tree for the manifests that the benchmark writes, keys in the order given.
indirect enum Tree: Sendable {
    case text(String)
    case number(Int)
    case list([Tree])
    case map([(key: String, value: Tree)])
}

extension Tree: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .number(value) }
}

extension Tree: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    init(arrayLiteral elements: Tree...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, Tree)...) { self = .map(elements.map { (key: $0.0, value: $0.1) }) }
}

extension Tree {
    /// JSON on one line.
    var json: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): "\(number)"
        case .list(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
        case .map(let entries):
            "{" + entries.map { "\(Self.quoted($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
        }
    }

    /// Block YAML, as a person writes it.
    var yaml: String { lines.joined(separator: "\n") + "\n" }

    private var lines: [String] {
        switch self {
        case .text(let text): [Self.plain(text)]
        case .number(let number): ["\(number)"]
        case .list(let items): items.isEmpty ? ["[]"] : items.flatMap { Self.hanging("- ", $0.lines) }
        case .map(let entries): entries.isEmpty ? ["{}"] : entries.flatMap { Self.entry($0.key, $0.value) }
        }
    }

    private static func entry(_ key: String, _ value: Tree) -> [String] {
        let lines = value.lines
        return switch value {
        case .text(let text) where text.hasSuffix("\n"):
            ["\(plain(key)): |"]
                + text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
        case .map(let entries) where !entries.isEmpty: ["\(plain(key)):"] + lines.map { "  " + $0 }
        case .list(let items) where !items.isEmpty: ["\(plain(key)):"] + lines.map { "  " + $0 }
        default: lines.map { "\(plain(key)): \($0)" }
        }
    }

    private static func hanging(_ mark: String, _ lines: [String]) -> [String] {
        lines.enumerated().map { $0.offset == 0 ? mark + $0.element : "  " + $0.element }
    }

    /// The text without quotes where no YAML reader can take it for anything else.
    private static func plain(_ text: String) -> String {
        let safe = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"): true
            default: false
            }
        }
        let words: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        let startsWithLetter = text.unicodeScalars.first?.properties.isAlphabetic ?? false
        return safe && startsWithLetter && !words.contains(text.lowercased()) ? text : quoted(text)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
