extension SourcePosition {
    /// The place of a byte in a UTF-8 text; lines end with a line feed.
    init(file: String, offset: Int, in text: UnsafeBufferPointer<UInt8>) {
        let before = text.prefix(max(0, offset))
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let lineBreaks = before.count { $0 == UInt8(ascii: "\n") }
        // The continuation bytes of UTF-8 belong to a character that is counted already.
        let characters = before[lineStart...].count { $0 & 0xC0 != 0x80 }
        self.init(file: file, line: lineBreaks + 1, column: characters + 1)
    }
}
