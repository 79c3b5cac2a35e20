extension String {
    /// The text as a message may quote it: on one line, control characters written as in JSON, and cut when it is too long.
    ///
    /// Names and keys come from files that may hold anything; a message with `\u001b` in it must not colour a terminal.
    ///
    /// - Parameter limit: The most characters to keep, the `…` in the place of the others not counted.
    /// - Returns: The text in one line.
    package func inOneLine(limit: Int = 256) -> String {
        let kept = prefix(limit)
        var line = kept.unicodeScalars.allSatisfy { !$0.breaksLine } ? String(kept) : Self.escaped(kept)
        if kept.endIndex != endIndex { line += "…" }
        return line
    }

    private static func escaped(_ text: Substring) -> String {
        text.unicodeScalars.reduce(into: "") { line, scalar in
            switch scalar {
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            case _ where scalar.breaksLine:
                let digits = String(scalar.value, radix: 16)
                line += "\\u" + "0000".dropFirst(digits.count) + digits
            default: line.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Unicode.Scalar {
    /// Whether a terminal would do something else than show it.
    fileprivate var breaksLine: Bool {
        guard value >= 0x20, value != 0x7F else { return true }
        guard value >= 0x80 else { return false }
        return switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
