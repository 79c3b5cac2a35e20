import Glibc

/// Colours of words on a terminal.
enum Colour: Int {
    case red = 31
    case green = 32
    case yellow = 33
    case blue = 34
    case grey = 90

    /// The text in this colour.
    func of(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }

    /// Whether the standard output is a terminal whose user [wants colours](https://no-color.org).
    static var isWanted: Bool {
        guard isatty(STDOUT_FILENO) == 1, getenv("TERM").map({ String(cString: $0) }) != "dumb" else { return false }
        return getenv("NO_COLOR").map { $0.pointee == 0 } ?? true
    }
}
