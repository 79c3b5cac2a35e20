/// Reads header lines as libcurl hands them over, one by one.
struct HeadParser {
    private(set) var head = HTTPHead(status: 0)
    /// Whether the last line of the final answer's head was read.
    private(set) var isComplete = false

    /// Takes one line with its line end.
    mutating func take(_ line: some Collection<UInt8>) {
        let text = String(decoding: line, as: UTF8.self).trimmingWhitespace()
        if text.isEmpty {
            isComplete = head.status >= 200
        } else if text.hasPrefix("HTTP/") {
            head = HTTPHead(status: Self.status(of: text))
            isComplete = false
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...]
            head.headers.append(
                HTTPHeader(name: String(text[..<colon]), value: String(value).trimmingWhitespace())
            )
        }
    }

    private static func status(of line: String) -> Int {
        let words = line.split(separator: " ")
        guard words.count > 1, let status = Int(words[1]), status >= 0 else { return 0 }
        return status
    }
}

extension String {
    /// The text without ASCII white space at its ends.
    func trimmingWhitespace() -> String {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        let bytes = utf8.drop { blanks.contains($0) }
        guard let last = bytes.lastIndex(where: { !blanks.contains($0) }) else { return "" }
        return String(Substring(bytes[...last]))
    }
}
