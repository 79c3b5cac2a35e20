/// What a regular expression is made of.
indirect enum PatternNode {
    /// One letter of a set.
    case letters(LetterSet)
    /// A place in the text.
    case assertion(Assertion)
    /// One after the other.
    case sequence([PatternNode])
    /// One of them.
    case choice([PatternNode])
    /// Several times the same; without the second number as often as one likes.
    case repeated(PatternNode, Int, Int?)
}

/// A place in a text.
enum Assertion {
    /// The beginning or the end of the text.
    case textStart, textEnd
    /// The beginning or the end of a line.
    case lineStart, lineEnd
    /// Where a word begins or ends, or where none does.
    case wordBoundary, noWordBoundary

    func holds(at index: Int, of letters: [Unicode.Scalar]) -> Bool {
        let before = index > 0 ? letters[index - 1] : nil
        let after = index < letters.count ? letters[index] : nil
        func isWord(_ letter: Unicode.Scalar?) -> Bool { letter.map(LetterSet.word.contains) ?? false }
        return switch self {
        case .textStart: before == nil
        case .textEnd: after == nil
        case .lineStart: before == nil || before == "\n"
        case .lineEnd: after == nil || after == "\n"
        case .wordBoundary: isWord(before) != isWord(after)
        case .noWordBoundary: isWord(before) == isWord(after)
        }
    }
}

/// A set of letters.
struct LetterSet: Hashable {
    var ranges: [ClosedRange<UInt32>]
    var isInverted = false
    var ignoresCase = false

    init(_ ranges: [ClosedRange<UInt32>] = []) { self.ranges = ranges }

    init(_ letter: Unicode.Scalar) { ranges = [letter.value...letter.value] }

    static let digits = LetterSet([0x30...0x39])
    static let word = LetterSet([0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a])
    static let space = LetterSet([0x09...0x0a, 0x0c...0x0d, 0x20...0x20])

    /// The sets that have a name in square brackets, such as `[:alpha:]`.
    static let named: [String: LetterSet] = [
        "alnum": LetterSet([0x30...0x39, 0x41...0x5a, 0x61...0x7a]), "alpha": LetterSet([0x41...0x5a, 0x61...0x7a]),
        "digit": digits, "lower": LetterSet([0x61...0x7a]), "upper": LetterSet([0x41...0x5a]),
        "punct": LetterSet([0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e]),
        "space": LetterSet([0x09...0x0d, 0x20...0x20]), "word": word,
        "xdigit": LetterSet([0x30...0x39, 0x41...0x46, 0x61...0x66]),
    ]

    func contains(_ letter: Unicode.Scalar) -> Bool {
        var isIn = has(letter)
        if ignoresCase, !isIn {
            let cases = [letter.properties.lowercaseMapping, letter.properties.uppercaseMapping]
            isIn = cases.contains { text in
                text.unicodeScalars.count == 1 && text.unicodeScalars.allSatisfy(has)
            }
        }
        return isIn != isInverted
    }

    private func has(_ letter: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(letter.value) } }

    /// All other letters, as ranges of their own.
    var complement: LetterSet {
        var rest: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { rest.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        return LetterSet(rest + [next...0x10_ffff])
    }
}
