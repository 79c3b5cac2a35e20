/// Base64 as in [RFC 4648](https://www.rfc-editor.org/rfc/rfc4648#section-4), padded, and read as Go reads it.
///
/// Line ends are skipped, unused bits in the last digit do not matter, and an error says at which byte the text goes
/// wrong.
package enum Base64 {
    /// A byte that cannot be there, counted from 0.
    package struct Problem: Error, Hashable {
        /// Its place.
        package let offset: Int
    }

    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8?] = {
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    /// The text of bytes, on one line.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for index in 0..<4 {
                let digit = digits[Int(bits >> (18 - 6 * UInt32(index)) & 63)]
                text.append(index <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text.
    package static func decode(_ text: String) throws(Problem) -> [UInt8] {
        let input = text.utf8.enumerated().filter { $0.element != 10 && $0.element != 13 }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(input.count / 4 * 3)
        var start = 0
        while start < input.count {
            let group = input[start..<min(start + 4, input.count)]
            let count = try digitCount(group, isLast: start + 4 >= input.count, end: text.utf8.count)
            let bits = group.prefix(count).reduce(UInt32(0)) { $0 << 6 | UInt32(values[Int($1.element)] ?? 0) }
            let shifted = bits << (6 * UInt32(4 - count))
            bytes += [16, 8, 0].prefix(count - 1).map { UInt8(truncatingIfNeeded: shifted >> UInt32($0)) }
            if count < 4, start + 4 < input.count { throw Problem(offset: input[start + 4].offset) }
            start += 4
        }
        return bytes
    }

    /// The number of digits in a group of four, the rest being padding.
    private static func digitCount(
        _ group: ArraySlice<(offset: Int, element: UInt8)>,
        isLast: Bool,
        end: Int
    ) throws(Problem) -> Int {
        let count = group.prefix { values[Int($0.element)] != nil }.count
        guard count < 4 else { return 4 }
        let rest = group.dropFirst(count)
        guard let stop = rest.first else { throw Problem(offset: end - count) }
        guard stop.element == UInt8(ascii: "="), count >= 2 else { throw Problem(offset: stop.offset) }
        guard count == 2 else { return 3 }
        guard let second = rest.dropFirst().first else { throw Problem(offset: end) }
        // Go names the byte before the one that is wrong, which may be a line end.
        guard second.element == UInt8(ascii: "=") else { throw Problem(offset: second.offset - 1) }
        return 2
    }
}
