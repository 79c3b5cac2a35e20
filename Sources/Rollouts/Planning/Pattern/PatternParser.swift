/// Reads a regular expression.
struct PatternParser {
    /// What `(?ims)` switches on.
    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotTakesNewline = false
    }

    private let letters: [Unicode.Scalar]
    private var position = 0
    private var flags = Flags()
    /// The most groups inside each other.
    private static let depth = 100
    /// The most often that something may be repeated, as for Go.
    private static let repetitions = 1_000

    init(_ text: String) {
        letters = Array(text.unicodeScalars)
    }

    /// The whole expression.
    mutating func parse() throws(PatternError) -> PatternNode {
        let node = try choice(depth: 0)
        guard position == letters.count else { throw PatternError(text: "has a \")\" too many") }
        return node
    }

    private var next: Unicode.Scalar? { position < letters.count ? letters[position] : nil }

    private mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard letters[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    private mutating func choice(depth: Int) throws(PatternError) -> PatternNode {
        guard depth <= Self.depth else { throw PatternError(text: "has too many groups inside each other") }
        var choices: [PatternNode] = []
        var sequence: [PatternNode] = []
        while let letter = next, letter != ")" {
            if take("|") {
                choices.append(.sequence(sequence))
                sequence = []
            } else if let atom = try atom(depth: depth) {
                sequence.append(try repeated(atom))
            }
        }
        return .choice(choices + [.sequence(sequence)])
    }

    /// One part that can be repeated; `nil` for flags alone.
    private mutating func atom(depth: Int) throws(PatternError) -> PatternNode? {
        guard let letter = next else { return nil }
        position += 1
        switch letter {
        case "(": return try group(depth: depth)
        case "[": return .letters(try bracket())
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case ".": return .letters(flags.dotTakesNewline ? LetterSet().complement : LetterSet("\n").complement)
        case "*", "+", "?": throw PatternError(text: "repeats nothing with \"\(letter)\"")
        case "\\": return try escape()
        default: return .letters(cased(LetterSet(letter)))
        }
    }

    private func cased(_ set: LetterSet) -> LetterSet {
        var set = set
        set.ignoresCase = flags.ignoresCase
        return set
    }

    // MARK: Groups

    private mutating func group(depth: Int) throws(PatternError) -> PatternNode? {
        let before = flags
        if take("?") {
            if take("P<") || take("<") {
                guard let end = letters[position...].firstIndex(of: ">") else {
                    throw PatternError(text: "has a group whose name does not end")
                }
                position = end + 1
            } else if try readFlags() {
                return nil
            }
        }
        let node = try choice(depth: depth + 1)
        guard take(")") else { throw PatternError(text: "lacks a \")\"") }
        flags = before
        return node
    }

    /// Reads `i-s:` or `i)`; true when there is no group behind them.
    private mutating func readFlags() throws(PatternError) -> Bool {
        var isOn = true
        while let letter = next {
            position += 1
            switch letter {
            case ":": return false
            case ")": return true
            case "-": isOn = false
            case "i": flags.ignoresCase = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotTakesNewline = isOn
            case "U": break
            default: throw PatternError(text: "has an unknown group \"(?\(letter)\"")
            }
        }
        throw PatternError(text: "lacks a \")\"")
    }

    // MARK: Repetitions

    private mutating func repeated(_ atom: PatternNode) throws(PatternError) -> PatternNode {
        guard let (least, most) = try repetition() else { return atom }
        // Whether as much or as little as possible is taken makes no difference to whether something matches.
        _ = take("?")
        guard try repetition() == nil else { throw PatternError(text: "repeats a repetition; put it into a group") }
        return .repeated(atom, least, most)
    }

    private mutating func repetition() throws(PatternError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{"), let least = number() else {
            position = start
            return nil
        }
        let hasMore = take(",")
        let most = hasMore ? number() : least
        guard take("}") else {
            position = start
            return nil
        }
        guard max(least, most ?? least) <= Self.repetitions, most.map({ $0 >= least }) ?? true else {
            throw PatternError(text: "has a repetition that cannot be")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        let digits = letters[position...].prefix { ("0"..."9").contains($0) }
        guard let number = Int(String(String.UnicodeScalarView(digits))) else { return nil }
        position += digits.count
        return number
    }

    // MARK: Letters

    private mutating func escape() throws(PatternError) -> PatternNode {
        if take("b") { return .assertion(.wordBoundary) }
        if take("B") { return .assertion(.noWordBoundary) }
        if take("A") { return .assertion(.textStart) }
        if take("z") { return .assertion(.textEnd) }
        return .letters(cased(try escapedLetters()))
    }

    /// What stands behind a backslash, inside square brackets or outside.
    private mutating func escapedLetters() throws(PatternError) -> LetterSet {
        guard let letter = next else { throw PatternError(text: "ends in a backslash") }
        position += 1
        switch letter {
        case "d": return .digits
        case "D": return LetterSet.digits.complement
        case "w": return .word
        case "W": return LetterSet.word.complement
        case "s": return .space
        case "S": return LetterSet.space.complement
        case "n": return LetterSet("\n")
        case "t": return LetterSet("\t")
        case "r": return LetterSet("\r")
        default:
            guard letter.isASCII, !LetterSet.word.contains(letter) || letter == "_" else {
                throw PatternError(text: "has an unknown escape \"\\\(letter)\"")
            }
            return LetterSet(letter)
        }
    }

    /// The set in square brackets, of which the first is read.
    private mutating func bracket() throws(PatternError) -> LetterSet {
        var set = LetterSet()
        let isInverted = take("^")
        var isFirst = true
        while let letter = next, letter != "]" || isFirst {
            isFirst = false
            let start = try element()
            let isRange = start.first?.count == 1 && position + 1 < letters.count && letters[position] == "-"
            guard isRange, letters[position + 1] != "]", let low = start.first?.lowerBound else {
                set.ranges += start
                continue
            }
            position += 1
            let end = try element()
            guard end.count == 1, let high = end.first?.upperBound, high >= low else {
                throw PatternError(text: "has a range that cannot be")
            }
            set.ranges.append(low...high)
        }
        guard take("]") else { throw PatternError(text: "lacks a \"]\"") }
        set.isInverted = isInverted
        return cased(set)
    }

    /// One letter or one set between square brackets.
    private mutating func element() throws(PatternError) -> [ClosedRange<UInt32>] {
        if take("\\") { return try escapedLetters().ranges }
        if take("[:") {
            let name = letters[position...].prefix { $0 != ":" }
            guard let set = LetterSet.named[String(String.UnicodeScalarView(name))] else {
                throw PatternError(text: "has an unknown set \"[:\(String(String.UnicodeScalarView(name))):]\"")
            }
            position += name.count
            guard take(":]") else { throw PatternError(text: "has a set that does not end") }
            return set.ranges
        }
        guard let letter = next else { throw PatternError(text: "lacks a \"]\"") }
        position += 1
        return LetterSet(letter).ranges
    }
}
