import Glibc

/// What the place can show that a text goes to.
struct TextStyle: Sendable {
    /// What a word is about.
    enum Tone: String, Sendable {
        case plain = "", good = "32", bad = "31", waiting = "33", quiet = "2", strong = "1"
    }

    /// The most columns of a line, `nil` when lines may have any length.
    var columns: Int?
    /// Whether words may have colours.
    var hasColour = false
    /// Whether lines and signs may be other than ASCII.
    var isUnicode = true

    /// What stdout can show.
    ///
    /// Colours only on a terminal, and not where [NO_COLOR](https://no-color.org) asks for none; other characters than ASCII where the locale has
    /// them.
    static var output: TextStyle {
        let isTerminal = Console.isOutputTerminal
        return TextStyle(
            columns: isTerminal ? Console.outputSize.columns : nil,
            hasColour: isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb",
            isUnicode: hasUnicode
        )
    }

    /// The text in the colour of a tone.
    func paint(_ text: String, _ tone: Tone) -> String {
        hasColour && tone != .plain && !text.isEmpty ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// The text with at most so many characters, the last one being a sign for those left out.
    func cut(_ text: String, to width: Int) -> String {
        guard text.count > width else { return text }
        let sign = isUnicode ? "…" : "~"
        return text.prefix(max(0, width - 1)) + sign
    }

    /// The lines that a text needs when it is broken between words.
    ///
    /// - Parameters:
    ///   - text: The text, in one line.
    ///   - width: The most characters of a line, `nil` for any number; a longer word is cut into pieces.
    /// - Returns: The lines; one at least.
    static func wrapped(_ text: String, to width: Int?) -> [String] {
        guard let width = width.map({ max(20, $0) }), text.count > width else { return [text] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            var rest = word[...]
            if !line.isEmpty, line.count + 1 + rest.count > width {
                lines.append(line)
                line = ""
            }
            while rest.count > width {
                lines.append(String(rest.prefix(width)))
                rest = rest.dropFirst(width)
            }
            line += line.isEmpty ? String(rest) : " \(rest)"
        }
        return lines + [line]
    }

    private static var hasUnicode: Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment($0) }.first { !$0.isEmpty }
        let name = locale?.lowercased() ?? ""
        return name.contains("utf-8") || name.contains("utf8")
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
