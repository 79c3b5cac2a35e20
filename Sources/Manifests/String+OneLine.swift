extension String {
    /// The text in one line: control characters and line separators as in a Swift literal, `\n` for a line feed.
    ///
    /// For messages, which show names and keys as the user wrote them.
    package var inOneLine: String {
        guard unicodeScalars.contains(where: \.breaksLine) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.breaksLine { text += scalar.escaped(asASCII: true) } else { text.unicodeScalars.append(scalar) }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var breaksLine: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }
}
