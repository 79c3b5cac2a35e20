import Glibc

/// The words of the operating system.
enum SystemError {
    /// What an `errno` value means, such as `connection refused`; `nil` for 0.
    static func text(_ number: Int) -> String? {
        guard let number = Int32(exactly: number), number != 0 else { return nil }
        var buffer = [CChar](repeating: 0, count: 256)
        return buffer.withUnsafeMutableBufferPointer { buffer -> String? in
            guard let start = buffer.baseAddress, strerror_r(number, start, buffer.count) == 0 else { return nil }
            return String(cString: start).lowercasedFirst()
        }
    }
}

extension String {
    /// The text with line breaks and other control characters as spaces.
    func onOneLine() -> String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
            .trimmingWhitespace()
    }

    /// The text to go on a sentence: `Connection refused` as `connection refused`, `SSL …` as it is.
    func lowercasedFirst() -> String {
        guard let first, dropFirst().first?.isUppercase != true else { return self }
        return first.lowercased() + dropFirst()
    }
}

extension Duration {
    /// Whole milliseconds, rounded down, never more than an `Int32` holds.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) / 1000 else { return Int(Int32.max) }
        return Int(max(0, seconds)) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
