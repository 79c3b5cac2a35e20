/// Writes a `Value` as JSON.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let pretty: Bool
    private let sortedKeys: Bool
    private let htmlEscaped: Bool
    private var depth = 0

    init(_ style: JSONStyle) {
        pretty = style.contains(.pretty)
        sortedKeys = style.contains(.sortedKeys)
        htmlEscaped = style.contains(.htmlEscaped)
    }

    mutating func write(_ value: Value) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .int(let number): write(number)
        case .double(let number): bytes.append(contentsOf: number.jsonText.utf8)
        case .string(let text): write(text)
        case .array(let elements): write(elements)
        case .mapping(let fields): write(fields)
        }
    }

    private mutating func write(_ elements: [Value]) {
        open(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            separate(isFirst)
            isFirst = false
            write(element)
        }
        close(UInt8(ascii: "]"), isEmpty: isFirst)
    }

    private mutating func write(_ fields: Mapping) {
        open(UInt8(ascii: "{"))
        var isFirst = true
        for member in sortedKeys ? fields.sortedByKey().members : fields.members {
            separate(isFirst)
            isFirst = false
            write(member.key)
            bytes.append(UInt8(ascii: ":"))
            if pretty { bytes.append(UInt8(ascii: " ")) }
            write(member.value)
        }
        close(UInt8(ascii: "}"), isEmpty: isFirst)
    }

    private mutating func open(_ bracket: UInt8) {
        bytes.append(bracket)
        depth += 1
    }

    private mutating func separate(_ isFirst: Bool) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        breakLine()
    }

    private mutating func close(_ bracket: UInt8, isEmpty: Bool) {
        depth -= 1
        if !isEmpty { breakLine() }
        bytes.append(bracket)
    }

    private mutating func breakLine() {
        guard pretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    private mutating func write(_ number: Int) {
        guard !(0..<10).contains(number) else { return bytes.append(UInt8(ascii: "0") + UInt8(number)) }
        bytes.append(contentsOf: String(number).utf8)
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { characters in
            var plainStart = 0
            for index in characters.indices {
                guard mayNeedEscape(characters[index]), let escape = escape(characters, index) else { continue }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: characters[plainStart..<index]))
                bytes.append(contentsOf: escape.text.utf8)
                plainStart = index + escape.length
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: characters[plainStart...]))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private func mayNeedEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || htmlEscaped
    }

    /// What to write instead of the character at an index, and how many bytes it has; `nil` when it may stay.
    private func escape(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> (text: String, length: Int)? {
        switch text[index] {
        case UInt8(ascii: "\""): ("\\\"", 1)
        case UInt8(ascii: "\\"): ("\\\\", 1)
        case 0x08: ("\\b", 1)
        case 0x09: ("\\t", 1)
        case 0x0A: ("\\n", 1)
        case 0x0C: ("\\f", 1)
        case 0x0D: ("\\r", 1)
        case 0..<0x20: (unicodeEscape(text[index]), 1)
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
            htmlEscaped ? (unicodeEscape(text[index]), 1) : nil
        case 0xE2: htmlEscaped ? separatorEscape(text[index...]) : nil
        default: nil
        }
    }

    private func unicodeEscape(_ byte: UInt8) -> String {
        (byte < 0x10 ? "\\u000" : "\\u00") + String(byte, radix: 16)
    }

    /// The escape of U+2028 or U+2029, when the text begins with one.
    private func separatorEscape(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> (text: String, length: Int)? {
        if text.starts(with: [0xE2, 0x80, 0xA8]) { return ("\\u2028", 3) }
        if text.starts(with: [0xE2, 0x80, 0xA9]) { return ("\\u2029", 3) }
        return nil
    }
}
