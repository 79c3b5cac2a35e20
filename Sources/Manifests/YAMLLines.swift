/// Finds the lines of a YAML text, counted as libyaml counts them; meant to be asked in ascending order.
struct YAMLLines {
    private let text: UnsafeBufferPointer<UInt8>
    private var line = 0
    private var offset = 0

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    /// The offset of the first byte of a line, counted from 0; the end of the text when there are fewer lines.
    mutating func offset(ofLine wanted: Int) -> Int {
        if wanted < line { (line, offset) = (0, 0) }
        while line < wanted, offset < text.count {
            let length = lengthOfBreak(at: offset)
            offset += max(1, length)
            if length > 0 { line += 1 }
        }
        return offset
    }

    /// The line of a byte, and the number of characters before it there.
    mutating func place(ofByte wanted: Int) -> (line: Int, column: Int) {
        let end = min(wanted, text.count)
        var start = 0
        (line, offset) = (0, 0)
        while offset < end {
            let length = lengthOfBreak(at: offset)
            offset += max(1, length)
            guard length > 0 else { continue }
            line += 1
            start = min(offset, end)
        }
        // The continuation bytes of UTF-8 belong to a character that is counted already.
        return (line, text[start..<end].count { $0 & 0xC0 != 0x80 })
    }

    /// The first `---` at the start of a line that lies after an offset, and its line.
    mutating func separator(afterLine first: Int) -> (offset: Int, line: Int)? {
        var candidate = first + 1
        while true {
            let start = offset(ofLine: candidate)
            guard start < text.count else { return nil }
            if text[start...].starts(with: "---".utf8) { return (start, candidate) }
            candidate += 1
        }
    }

    /// The number of bytes of the line break at an offset, 0 when there is none.
    private func lengthOfBreak(at offset: Int) -> Int {
        switch text[offset] {
        case 0x0E..<0xC2: 0
        case 0x0A: 1
        case 0x0D: byte(offset + 1) == 0x0A ? 2 : 1
        case 0xC2: byte(offset + 1) == 0x85 ? 2 : 0
        case 0xE2: byte(offset + 1) == 0x80 && (byte(offset + 2) == 0xA8 || byte(offset + 2) == 0xA9) ? 3 : 0
        default: 0
        }
    }

    private func byte(_ offset: Int) -> UInt8 {
        offset < text.count ? text[offset] : 0
    }
}
