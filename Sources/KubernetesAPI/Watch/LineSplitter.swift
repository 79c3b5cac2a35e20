/// Cuts bytes into lines.
struct LineSplitter {
    private let longestLine: Int
    private var bytes: [UInt8] = []
    private var start = 0
    private var searched = 0

    init(longestLine: Int) {
        self.longestLine = longestLine
    }

    /// Whether nothing of an unfinished line is left.
    var isAtLineStart: Bool { start == bytes.count }

    /// Adds bytes; `false` when an unfinished line is too long.
    mutating func append(_ more: [UInt8]) -> Bool {
        bytes.removeFirst(start)
        searched -= start
        start = 0
        defer { bytes += more }
        return bytes.count <= longestLine
    }

    /// The next whole line without its line feed.
    mutating func next() -> [UInt8]? {
        guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = bytes.count
            return nil
        }
        defer {
            start = end + 1
            searched = start
        }
        return Array(bytes[start..<end])
    }
}
