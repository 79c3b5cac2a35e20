/// What a tool wrote to standard error.
enum Complaint {
    /// The longest summary, in characters.
    private static let limit = 500

    /// The lines that say something, without quotes of what was read, logins, colours and other control characters.
    static func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).withoutLogPrefix.withoutQuotedInput.withoutHelmValues.withoutLogins
            .split(whereSeparator: \.isNewline).map(plain).filter { !$0.isEmpty }
    }

    /// The last lines in one, as many as fit; of a line that is too long its beginning and its end.
    static func summary(_ bytes: [UInt8]) -> String {
        var parts: [String] = []
        var length = 0
        for line in lines(bytes).reversed() {
            length += line.count + 2
            guard length <= limit || parts.isEmpty else { break }
            parts.insert(line, at: 0)
        }
        guard !parts.isEmpty else { return "failed and gave no reason" }
        let text = parts.joined(separator: "; ")
        let half = (limit - 3) / 2
        return text.count <= limit ? text : "\(text.prefix(half)) … \(text.suffix(half))"
    }

    /// A line without escape sequences, and with single spaces.
    private static func plain(_ line: Substring) -> String {
        let text = line.replacing(#/\u{1b}\[[0-9;?]*[A-Za-z]/#, with: "")
        let words = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return String(words).split(separator: " ").joined(separator: " ")
    }
}
