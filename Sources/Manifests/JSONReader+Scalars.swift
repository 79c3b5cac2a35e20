extension JSONReader {
    /// Reads a string, from its opening to its closing quotation mark.
    ///
    /// - Returns: The string, and its bytes when they are ASCII and have no escapes.
    mutating func readString() throws(Failure) -> (text: String, ascii: UnsafeBufferPointer<UInt8>?) {
        index += 1
        let start = index
        let isASCII = try skipPlainCharacters()
        guard bytes[index] == UInt8(ascii: "\"") else {
            return (try readEscapedString(from: start), nil)
        }
        let characters = UnsafeBufferPointer(rebasing: bytes[start..<index])
        index += 1
        guard isASCII else { return (try decode(characters, at: start), nil) }
        return (String(decoding: characters, as: UTF8.self), characters)
    }

    /// Goes to the next quotation mark or backslash, which is there when this returns.
    ///
    /// - Returns: Whether all characters on the way are ASCII.
    private mutating func skipPlainCharacters() throws(Failure) -> Bool {
        var bits: UInt8 = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return bits < 0x80 }
            guard byte >= 0x20 else { throw failure("a control character in a string must be escaped") }
            bits |= byte
            index += 1
        }
        throw unexpected("a closing quotation mark")
    }

    private func decode(_ characters: UnsafeBufferPointer<UInt8>, at start: Int) throws(Failure) -> String {
        guard let text = String(validating: characters, as: UTF8.self) else {
            throw failure("the string is no UTF-8", at: start)
        }
        return text
    }

    private mutating func readEscapedString(from start: Int) throws(Failure) -> String {
        var text: [UInt8] = []
        var plainStart = start
        while true {
            text.append(contentsOf: bytes[plainStart..<index])
            index += 1
            if bytes[index - 1] == UInt8(ascii: "\"") { break }
            try readEscape(into: &text)
            plainStart = index
            _ = try skipPlainCharacters()
        }
        guard let string = String(validating: text, as: UTF8.self) else {
            throw failure("the string is no UTF-8", at: start)
        }
        return string
    }

    private mutating func readEscape(into text: inout [UInt8]) throws(Failure) {
        let escape = current
        guard escape != UInt8(ascii: "u") else { return try readUnicodeEscape(into: &text) }
        let character: UInt8? =
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escape
            case UInt8(ascii: "b"): 0x08
            case UInt8(ascii: "f"): 0x0C
            case UInt8(ascii: "n"): 0x0A
            case UInt8(ascii: "r"): 0x0D
            case UInt8(ascii: "t"): 0x09
            default: nil
            }
        guard let character else { throw unexpected("an escape of JSON after a backslash") }
        text.append(character)
        index += 1
    }

    private mutating func readUnicodeEscape(into text: inout [UInt8]) throws(Failure) {
        let start = index - 1
        var code = try readHexDigits()
        if 0xD800..<0xDC00 ~= code, current == UInt8(ascii: "\\") {
            index += 1
            let low = try readHexDigits()
            guard 0xDC00..<0xE000 ~= low else { throw failure("a surrogate has no partner", at: start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw failure("a surrogate has no partner", at: start) }
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// Reads `u` and four hexadecimal digits.
    private mutating func readHexDigits() throws(Failure) -> UInt32 {
        guard current == UInt8(ascii: "u") else { throw unexpected("the other half of a surrogate pair") }
        index += 1
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(current)).hexDigitValue else {
                throw unexpected("four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            index += 1
        }
        return code
    }

    /// Reads a number: an integer when it is written as one and fits.
    mutating func readNumber() throws(Failure) -> Value {
        let start = index
        if current == UInt8(ascii: "-") { index += 1 }
        let integer = try readInteger(negative: index > start)
        var isInteger = true
        if current == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            try skipDigits()
        }
        if current | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            try skipDigits()
        }
        if isInteger, let integer { return .int(integer) }
        guard let number = Double(String(decoding: bytes[start..<index], as: UTF8.self)), number.isFinite else {
            throw failure("the number is too large", at: start)
        }
        return .double(number)
    }

    /// Reads the digits before a point; `nil` when the number does not fit.
    private mutating func readInteger(negative: Bool) throws(Failure) -> Int? {
        let start = index
        var number: Int? = 0
        while case let digit = current &- UInt8(ascii: "0"), digit < 10 {
            number = number.flatMap { $0.appending(digit: Int(digit), negative: negative) }
            index += 1
        }
        guard index > start else { throw unexpected("a digit") }
        guard index == start + 1 || bytes[start] != UInt8(ascii: "0") else {
            throw failure("a number must not begin with 0", at: start)
        }
        return number
    }

    private mutating func skipDigits() throws(Failure) {
        let start = index
        while current &- UInt8(ascii: "0") < 10 { index += 1 }
        guard index > start else { throw unexpected("a digit") }
    }
}

extension Int {
    /// The number with one more decimal digit, `nil` when it does not fit.
    fileprivate func appending(digit: Int, negative: Bool) -> Int? {
        let (tens, overflow) = multipliedReportingOverflow(by: 10)
        let (sum, carry) =
            negative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
        return overflow || carry ? nil : sum
    }
}
