import CYAML

/// Chooses how a string is written in YAML so that every reader gets the same string back.
enum YAMLStringStyle {
    /// The style of a string that is no key: a block when it has several lines, quoted when it looks like something else.
    static func style(of text: String) -> yaml_scalar_style_t {
        if text.utf8.contains(UInt8(ascii: "\n")) {
            return fitsInBlock(text) ? YAML_LITERAL_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE
        }
        return style(ofKey: text)
    }

    /// The style of a string in one line.
    static func style(ofKey text: String) -> yaml_scalar_style_t {
        let isPlain = !isAmbiguous(text) && !text.unicodeScalars.contains(where: isUnusual)
        return isPlain ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE
    }

    /// Whether some version of YAML reads the text, unquoted, as something other than a string.
    static func isAmbiguous(_ text: String) -> Bool {
        if text == "=" || text == "<<" || YAMLScalar.resolve(text) != nil { return true }
        guard let first = text.utf8.first, isDigit(first) || "+-.".utf8.contains(first) else { return false }
        return isNumber(text) || isDateOrClock(text)
    }

    /// Whether the text could be a number: readers of YAML 1.1 do not agree where `_` may stand and what `0b` may begin.
    private static func isNumber(_ text: String) -> Bool {
        let digits = text.filter { $0 != "_" }
        let unsigned = digits.drop { $0 == "+" || $0 == "-" }
        let isPrefixed = ["0b", "0o", "0x"].contains(unsigned.prefix(2).lowercased())
        return YAMLNumber.isFloat(digits) || (isPrefixed && unsigned.dropFirst(2).allSatisfy(\.isHexDigit))
    }

    /// Whether the text could be a timestamp, or a number in base 60, of YAML 1.1.
    private static func isDateOrClock(_ text: String) -> Bool {
        let separators = text.utf8.filter { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":") }
        return !separators.isEmpty && text.utf8.allSatisfy { isDigit($0) || "+-:._TtZz ".utf8.contains($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    /// Whether a block scalar gives back a text of several lines: it would lose spaces at the ends and odd line breaks.
    private static func fitsInBlock(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, !" \t\n".unicodeScalars.contains(first) else { return false }
        guard text.utf8.contains(where: { $0 != UInt8(ascii: "\n") }) else { return false }
        return !text.unicodeScalars.contains { isUnusual($0) && $0 != "\n" && $0 != "\t" }
            && !text.utf8.split(separator: UInt8(ascii: "\n")).contains { " \t".utf8.contains($0.last ?? 0) }
    }

    /// Whether a character is a control character, a line break, or one that YAML does not take as it is.
    private static func isUnusual(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}
