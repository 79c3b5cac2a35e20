package import Manifests

/// The lines of an input, for telling whether a place lies in it.
package struct TextLines {
    /// What reads the text.
    package enum Reader {
        /// A reader for which a line feed ends a line.
        case json
        /// A reader for which everything does that ends a line in YAML 1.1.
        case yaml
    }

    /// The characters of each line.
    private let lengths: [Int]
    private let file: String

    /// Counts the lines of a text, which is UTF-8 unless it begins as UTF-16 does.
    package init(_ bytes: [UInt8], file: String, reader: Reader) {
        self.file = file
        let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        switch reader {
        case .json: lengths = Self.lengths(bytes, breaks: [[0x0A]])
        // Which bytes are line ends does not matter here: there are never more lines or columns than bytes.
        case .yaml where isUTF16: lengths = Array(repeating: bytes.count, count: bytes.count)
        case .yaml:
            let breaks: [[UInt8]] = [
                [0x0A], [0x0D, 0x0A], [0x0D], [0xC2, 0x85], [0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xA9],
            ]
            lengths = Self.lengths(bytes, breaks: breaks)
        }
    }

    /// Requires that a place lies in the text, or right behind the end of a line or its last one.
    package func require(_ position: SourcePosition?, _ what: @autoclosure () -> String) {
        guard let position else { fatalError("\(what()) has no place") }
        FuzzSupport.require(position.file == file, "\(what()) is in another file: \(position)")
        // libyaml ends the last line when it comes to the end of the text.
        let isBehind = position.line == lengths.count + 1 && position.column == 1
        let isInside =
            isBehind || 1...lengths.count ~= position.line && 1...lengths[position.line - 1] + 1 ~= position.column
        FuzzSupport.require(isInside, "\(what()) is outside of the text: \(position)")
    }

    private static func lengths(_ bytes: [UInt8], breaks: [[UInt8]]) -> [Int] {
        var lengths = [0]
        var index = 0
        while index < bytes.count {
            let length = breaks.first { bytes[index...].starts(with: $0) }?.count ?? 0
            if length > 0 {
                lengths.append(0)
            } else if bytes[index] & 0xC0 != 0x80 {
                // The continuation bytes of UTF-8 belong to a character that is counted already.
                lengths[lengths.count - 1] += 1
            }
            index += max(1, length)
        }
        return lengths
    }
}
