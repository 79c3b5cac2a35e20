/// Makes YAML texts of awkward scalars, keys, blocks, anchors and tags: mappings whose fields are `k0`, `k1` and so on.
struct YAMLGrammar {
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// The next text.
    mutating func text() -> String {
        var text = pick(["", "", "", "", "# a comment\n", "---\n"])
        let documents = chance(8) ? 2 : 1
        for document in 0..<documents {
            if document > 0 { text += pick(["---\n", "--- # next\n", "...\n---\n"]) }
            text += fields()
        }
        if chance(5) { text = String(text.dropLast()) }
        if chance(12) { text += "..." + pick(["", "\n"]) }
        switch Int.random(in: 0..<12, using: &random) {
        case 0: text = text.replacing("\n", with: "\r\n")
        case 1: text = "\u{FEFF}" + text
        case 2: text = text.replacing("\n", with: "\r\n").replacing("\r\n\r\n", with: "\r\n\n")
        default: break
        }
        return text
    }

    private mutating func fields() -> String {
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            let name = pick(["a", "b1", "x-y", "x_y"])
            let first =
                "k0: &\(name) " + pick(["{a: 1, b: y}", "{}", "[1, 2]", "text", "! 12", "12", "!!str 12"]) + "\n"
            let merge = pick([
                "<<: *\(name)", "!!merge <<: *\(name)", "\"<<\": *\(name)", "<<: [*\(name), {c: 1}]", "d: *\(name)",
            ])
            return first + "k1:\n  b: own\n  \(merge)\n" + (chance(3) ? "k2: *\(name)\n" : "")
        case 1: return "k0:\n  \(key()): v\n" + (chance(2) ? "  \(key()): w\n" : "")
        case 2: return "\(key()): " + scalar() + "\n"
        default:
            let count = Int.random(in: 1...3, using: &random)
            return (0..<count).map { "k\($0):\(field())" }.joined()
        }
    }

    /// What follows the colon of a field of the root, with a line feed at the end.
    private mutating func field() -> String {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: " \(scalar())" + pick(["", "", " # comment", "  ", "\t"]) + "\n"
        case 3...5: " " + block()
        case 6: " " + folded() + "\n"
        case 7: " " + flow(depth: 0) + "\n"
        case 8: "\n" + pick(["", "  "]) + "- \(scalar())\n" + pick(["", "# comment\n", "\n"])
        default:
            " " + pick(["!!str ", "!!int ", "!!float ", "!!bool ", "!!null ", "! ", "!own ", "&a ", "!!binary "])
                + scalar() + "\n"
        }
    }

    private mutating func key() -> String {
        let text = chance(2) ? pick(Self.words) : number()
        guard !text.isEmpty else { return "\"\"" }
        return pick(["", "", "", "? ", "! ", "!!str "]) + text
    }

    private mutating func scalar() -> String {
        switch Int.random(in: 0..<8, using: &random) {
        case 0...2: pick(Self.words)
        case 3, 4: number()
        case 5: "\"" + pieces(Self.escapes) + "\""
        case 6: "'" + pieces(Self.quotables) + "'"
        default: pick(["a", "-1", "x:y", "é", "http://x/y"]) + pieces(Self.plains) + "z"
        }
    }

    /// What looks like a number, and often is one.
    private mutating func number() -> String {
        let sign = pick(["", "", "", "-", "+"])
        let base = pick(["", "", "", "0", "0x", "0o", "0b", ".", "0_"])
        let length = Int.random(in: 1...(chance(6) ? 22 : 5), using: &random)
        let digits = (0..<length).map { _ in pick(["0", "1", "7", "9", "1", "5", "_", "a"]) }.joined()
        return sign + base + digits + pick(["", "", "", ".", ".0", ".5", "e3", "E-2", "e+30", ":30", "-01"])
    }

    private mutating func block() -> String {
        let indentation = pick(["", "", "", "", "2", "3"])
        var text = pick(["|", "|", ">"]) + pick(["", "-", "+"]) + indentation + pick(["", "", " # comment"]) + "\n"
        let prefix = indentation == "3" ? "   " : "  "
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            text += pick([prefix, prefix, prefix, "", prefix + " ", " "]) + pick(Self.lines) + "\n"
        }
        return text
    }

    /// A scalar of several lines.
    private mutating func folded() -> String {
        let quote = pick(["", "\"", "'"])
        let lines = (0..<Int.random(in: 2...4, using: &random)).map { _ in pick(["a b", "c", "", "  d", "e ", "\tf"]) }
        return quote + "x" + lines.joined(separator: "\n  ") + "\n  y" + quote
    }

    private mutating func flow(depth: Int) -> String {
        guard depth < 3, !chance(3) else { return chance(2) ? "\"" + pieces(Self.escapes) + "\"" : pick(Self.words) }
        let elements = (0..<Int.random(in: 0...3, using: &random)).map { _ in flow(depth: depth + 1) }
        guard chance(2) else {
            return "[" + elements.joined(separator: pick([", ", ",", ",\n  "])) + pick(["]", ", ]"])
        }
        return "{" + elements.enumerated().map { "f\($0): \($1)" }.joined(separator: ", ") + "}"
    }

    private mutating func pieces(_ list: [String]) -> String {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in pick(list) }.joined()
    }

    private mutating func pick(_ list: [String]) -> String {
        list.randomElement(using: &random) ?? ""
    }

    private mutating func chance(_ outOf: Int) -> Bool {
        Int.random(in: 0..<outOf, using: &random) == 0
    }
}

extension YAMLGrammar {
    fileprivate static let words = [
        "y", "n", "Yes", "NO", "on", "Off", "true", "False", "yEs", "~", "null", "Null", "nULL", "", ".inf", "-.INF",
        ".nan",
        "2001-01-01", "2001-12-14t21:59:43.10-05:00", "12:30:45", "1:60", "=", "<<", "0x1F", "1e3", "1e6", "1e400",
        "1.10",
        "1.0", "-0.0", "0o17", "0777", "08", "1_000", "100m", "1Gi", "v1", "10%", "-", "--", "a-b", "a#b", "a: b",
        "a,b", "x y",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "é", "😀",
        "a\u{85}b",
    ]
    fileprivate static let escapes = [
        "a", " ", "\\n", "\\t", "\\\\", "\\\"", "\\x41", "\\u263a", "\\U0001F600", "\\e", "\\N", "\\_", "\\L", "\\P",
        "\\0", "\\/",
        "é", "#", ": ", "\\\n  ", "\\ ",
    ]
    fileprivate static let quotables = ["a", " ", "''", "\\n", "\"", "#", ": ", "é", "{", "%", "@", "\t"]
    fileprivate static let plains = [
        " ", "b", "#", ":", ",", "[", "]", "{", "}", "'", "\"", "\\", "*", "&", "!", "?", "-", "\t",
    ]
    fileprivate static let lines = [
        "text", "two words", "# no comment", "- item", "k: v", " indented", "trailing ", "\ttab", "", "  ", "---",
        "a\tb", "é😀",
    ]
}
