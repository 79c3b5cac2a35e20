/// The standard alphabet with padding (RFC 4648, section 4).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8: UInt32] = alphabet.enumerated().reduce(into: [:]) {
        $0[$1.element] = UInt32($1.offset)
    }

    /// The bytes of a text, `nil` when it is no base64; line breaks and spaces are skipped.
    static func decode(_ text: String) -> [UInt8]? {
        let symbols = text.utf8.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard symbols.count % 4 == 0 else { return nil }
        let padding = symbols.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(symbols.count / 4 * 3)
        var word: UInt32 = 0
        var bits = 0
        for symbol in symbols.dropLast(padding) {
            guard let value = values[symbol] else { return nil }
            word = (word << 6 | value) & 0xFF_FFFF
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
        }
        return bytes
    }

    /// The text of bytes, on one line.
    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.reduce(0 as UInt32) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                let symbol = alphabet[Int(word >> UInt32(18 - 6 * index) & 0x3F)]
                text.append(index <= group.count ? symbol : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
