/// The `%TAG` directives of a YAML text.
///
/// libyaml compares each of them with all before it: a file of a few MB of them would keep it busy for hours.
enum YAMLDirectives {
    private static let most = 100

    /// Refuses a text with more directives than anybody writes.
    static func check(_ text: UnsafeBufferPointer<UInt8>, file: String) throws(ManifestError) {
        var found = 0
        var index = 0
        while let candidate = indexOfPercent(in: text, from: index) {
            index = candidate + 1
            guard isDirective(at: candidate, in: text) else { continue }
            found += 1
            guard found > most else { continue }
            throw ManifestError(.limit("%TAG directives", most), position: SourcePosition(file: file, line: 1))
        }
    }

    private static func indexOfPercent(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        let percent = SIMD64<UInt8>(repeating: UInt8(ascii: "%"))
        let bytes = UnsafeRawBufferPointer(text)
        var index = start
        while index + 64 <= bytes.count {
            let block = bytes.loadUnaligned(fromByteOffset: index, as: SIMD64<UInt8>.self)
            guard !any(block .== percent) else { break }
            index += 64
        }
        return text[min(index, text.count)...].firstIndex(of: UInt8(ascii: "%"))
    }

    /// Whether a line, in UTF-8 or UTF-16, begins with `%TAG` at an offset.
    private static func isDirective(at offset: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        let word = text[offset...].prefix(8).filter { $0 != 0 }
        guard word.starts(with: "%TAG".utf8) else { return false }
        // The last bytes of the line breaks that libyaml knows, and of the byte order marks.
        let breaks: [UInt8] = [0x0A, 0x0D, 0x85, 0xA8, 0xA9, 0xBF, 0xFE, 0xFF]
        return text[..<offset].suffix(2).last { $0 != 0 }.map(breaks.contains) ?? true
    }
}
