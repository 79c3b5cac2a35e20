/// The numbers of YAML 1.1 as go-yaml v2 reads them, and those of YAML 1.2 that it takes too (`0o17`).
enum YAMLNumber {
    /// An integer or a number with a fraction or an exponent; `nil` when the text is neither.
    static func integerOrFloat(_ text: String) -> Value? {
        integer(text) ?? float(text)
    }

    /// The number that a key stands for, an infinite one when it is an integer of more than 64 bits, which no key can be.
    ///
    /// A key keeps the kind of number that it is written as: `1e6` is no integer.
    static func key(_ text: String) -> Value? {
        let text = text.filter { $0 != "_" }
        if let integer = integer(text) { return integer.int == nil ? .double(.infinity) : integer }
        return parse(text).map(Value.double)
    }

    /// Whether a text is written like an integer.
    static func isInteger(_ text: String) -> Bool {
        integer(text.filter { $0 != "_" }) != nil
    }

    /// A decimal number; an integer when it is one and a double holds it exactly, as with `1.0` and `1e3`.
    static func float(_ text: String) -> Value? {
        guard let number = parse(text), number.isFinite else { return nil }
        let isExact = number.magnitude <= 0x1p53
        return isExact ? Int(exactly: number).map(Value.int) ?? .double(number) : .double(number)
    }

    /// Whether a text is written like a decimal number, however large.
    static func isFloat(_ text: String) -> Bool {
        parse(text) != nil
    }

    private static func integer(_ text: String) -> Value? {
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let isSigned = isNegative || text.utf8.first == UInt8(ascii: "+")
        let (digits, radix) = digitsAndRadix(isSigned ? text.dropFirst() : text[...])
        // The initializer of an integer would take one more sign.
        guard let first = digits.first, first.isHexDigit, let magnitude = UInt64(digits, radix: radix) else {
            return nil
        }
        if isNegative {
            return magnitude <= Int.min.magnitude ? .int(Int(truncatingIfNeeded: 0 &- magnitude)) : nil
        }
        return Int(exactly: magnitude).map(Value.int) ?? .double(Double(magnitude))
    }

    private static func digitsAndRadix(_ text: Substring) -> (Substring, Int) {
        guard text.first == "0", text.utf8.count > 1 else { return (text, 10) }
        return switch text.dropFirst().first {
        case "x", "X": (text.dropFirst(2), 16)
        case "o", "O": (text.dropFirst(2), 8)
        case "b", "B": (text.dropFirst(2), 2)
        default: (text.dropFirst(), 8)
        }
    }

    /// Reads `[-+]? (\.[0-9]+ | [0-9]+(\.[0-9]*)?) ([eE][-+]?[0-9]+)?`; a number beyond the range is infinite.
    private static func parse(_ text: String) -> Double? {
        var rest = text.utf8[...]
        _ = rest.popFirst { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        let whole = rest.popDigits()
        let hasPoint = rest.popFirst { $0 == UInt8(ascii: ".") }
        let fraction = hasPoint ? rest.popDigits() : ""
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        var exponent = ""
        if rest.popFirst(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            let isNegative = rest.first == UInt8(ascii: "-")
            _ = rest.popFirst { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
            let digits = rest.popDigits()
            guard !digits.isEmpty else { return nil }
            exponent = "e\(isNegative ? "-" : "")\(digits)"
        }
        guard rest.isEmpty else { return nil }
        let sign = text.utf8.first == UInt8(ascii: "-") ? "-" : ""
        return Double("\(sign)\(whole.isEmpty ? "0" : whole).\(fraction.isEmpty ? "0" : fraction)\(exponent)")
    }
}

extension Substring.UTF8View {
    /// Takes the first byte away when it meets a condition.
    fileprivate mutating func popFirst(where condition: (UInt8) -> Bool) -> Bool {
        guard let first, condition(first) else { return false }
        removeFirst()
        return true
    }

    /// Takes the decimal digits at the start away.
    fileprivate mutating func popDigits() -> String {
        let digits = prefix { $0 &- UInt8(ascii: "0") < 10 }
        self = self[digits.endIndex...]
        return String(Substring(digits))
    }
}
