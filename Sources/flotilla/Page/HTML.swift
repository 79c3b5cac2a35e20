import Manifests

/// A piece of a page.
///
/// What is interpolated into a literal is escaped unless it is such a piece itself, so that no name and no reason becomes markup.
struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
    /// The markup.
    private(set) var text: String

    /// Markup as it stands in the source.
    init(stringLiteral literal: String) {
        text = literal
    }

    /// Markup as it stands in the source, with texts in it.
    init(stringInterpolation interpolation: Interpolation) {
        text = interpolation.text
    }

    /// A literal in the making.
    struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity)
        }

        mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// Adds a text: whatever is in it is shown, and does nothing.
        mutating func appendInterpolation(_ plain: String) {
            for scalar in plain.inOneLine(limit: 4000).unicodeScalars {
                switch scalar {
                case "&": text += "&amp;"
                case "<": text += "&lt;"
                case ">": text += "&gt;"
                case "\"": text += "&quot;"
                case "'": text += "&#39;"
                default: text.unicodeScalars.append(scalar)
                }
            }
        }

        mutating func appendInterpolation(_ number: Int) {
            text += String(number)
        }

        mutating func appendInterpolation(_ markup: HTML) {
            text += markup.text
        }

        mutating func appendInterpolation(_ markups: [HTML]) {
            for markup in markups { text += markup.text }
        }
    }
}

extension HTML {
    /// The sign of a state, which is beside the word for it.
    static func sign(_ name: Sign) -> HTML {
        "<svg class=\"sign \(name.rawValue)\" aria-hidden=\"true\" viewBox=\"0 0 16 16\"><use href=\"#\(name.rawValue)\"/></svg>"
    }

    /// A sign with the word for it.
    static func state(_ sign: Sign, _ word: String) -> HTML {
        "<span class=\"state \(sign.rawValue)\">\(HTML.sign(sign))\(word)</span>"
    }

    /// The signs, each of another form, so that the colour need not be seen.
    enum Sign: String, CaseIterable {
        case good, bad, waiting, paused, unknown, none
    }

    /// The forms of all signs.
    static let signs: HTML = """
        <svg width="0" height="0" class="forms" aria-hidden="true"><defs>
        <symbol id="good" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="currentColor"/><path d="M4.7 8.3l2.2 2.2 4.4-4.8" fill="none" stroke="var(--paper)" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/></symbol>
        <symbol id="bad" viewBox="0 0 16 16"><path d="M8 .6l7.4 7.4L8 15.4.6 8z" fill="currentColor"/><path d="M5.9 5.9l4.2 4.2m0-4.2l-4.2 4.2" fill="none" stroke="var(--paper)" stroke-width="1.8" stroke-linecap="round"/></symbol>
        <symbol id="waiting" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" stroke-width="1.8"/><path d="M8 4.4V8l2.6 1.7" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/></symbol>
        <symbol id="paused" viewBox="0 0 16 16"><path d="M5.4 3v10M10.6 3v10" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/></symbol>
        <symbol id="unknown" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" stroke-width="1.8" stroke-dasharray="2.6 2.2"/><circle cx="8" cy="8" r="1.5" fill="currentColor"/></symbol>
        <symbol id="none" viewBox="0 0 16 16"><circle cx="8" cy="8" r="1.6" fill="currentColor"/></symbol>
        </defs></svg>
        """
}
