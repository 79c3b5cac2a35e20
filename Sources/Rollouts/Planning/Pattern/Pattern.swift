/// A regular expression of [Go's form](https://github.com/google/re2/wiki/Syntax), which cannot keep anybody waiting.
///
/// All ways through the expression are followed at once, so that the time to match grows only with the length of the
/// text times that of the expression. Unicode classes (`\pL`) and quoting (`\Q…\E`) are not known.
struct Pattern {
    /// One step of the way through an expression; numbers are places in the program.
    enum Instruction {
        /// Takes one letter of a set.
        case take(LetterSet)
        /// Goes on only at certain places of the text.
        case check(Assertion)
        /// Goes on at two places.
        case split(Int, Int)
        /// Goes on at another place.
        case jump(Int)
        /// The text matches.
        case match
    }

    /// The longest expression that is read, in letters.
    static let limit = 1_000

    private let program: [Instruction]

    /// Reads an expression.
    ///
    /// - Throws: `PatternError` with what is wrong with it.
    init(_ text: String) throws(PatternError) {
        guard text.unicodeScalars.count <= Self.limit else {
            throw PatternError(text: "is longer than \(Self.limit) characters")
        }
        var parser = PatternParser(text)
        program = try PatternCompiler.program(for: try parser.parse())
    }

    /// Whether some part of a text matches.
    func matches(_ text: String) -> Bool {
        let letters = Array(text.unicodeScalars)
        var current = Places(count: program.count)
        for index in 0...letters.count {
            if follow(0, at: index, of: letters, into: &current) { return true }
            guard index < letters.count else { break }
            var next = Places(count: program.count)
            for place in current.taking {
                guard case .take(let set) = program[place], set.contains(letters[index]) else { continue }
                if follow(place + 1, at: index + 1, of: letters, into: &next) { return true }
            }
            current = next
        }
        return false
    }

    /// The places in the program that are reached at a place in the text.
    private struct Places {
        var isSeen: [Bool]
        /// Those that take a letter.
        var taking: [Int] = []

        init(count: Int) { isSeen = Array(repeating: false, count: count) }
    }

    /// Follows all ways from a place up to the next letter; true when one of them is at the end.
    private func follow(
        _ start: Int,
        at index: Int,
        of letters: [Unicode.Scalar],
        into places: inout Places
    ) -> Bool {
        var open = [start]
        while let place = open.popLast() {
            guard !places.isSeen[place] else { continue }
            places.isSeen[place] = true
            switch program[place] {
            case .match: return true
            case .take: places.taking.append(place)
            case .jump(let next): open.append(next)
            case .split(let first, let second): open += [second, first]
            case .check(let assertion): if assertion.holds(at: index, of: letters) { open.append(place + 1) }
            }
        }
        return false
    }
}

/// Why a text is no pattern.
struct PatternError: Error, Hashable {
    let text: String
}

/// Makes the program of an expression.
struct PatternCompiler {
    private var program: [Pattern.Instruction] = []
    private var work = 0
    /// The longest program, which is how repetitions inside each other are bounded.
    private static let limit = 10_000

    static func program(for node: PatternNode) throws(PatternError) -> [Pattern.Instruction] {
        var compiler = PatternCompiler()
        try compiler.add(node)
        return compiler.program + [.match]
    }

    private mutating func add(_ node: PatternNode) throws(PatternError) {
        work += 1
        guard work <= Self.limit else { throw PatternError(text: "repeats too much") }
        switch node {
        case .letters(let set): program.append(.take(set))
        case .assertion(let assertion): program.append(.check(assertion))
        case .sequence(let nodes): for node in nodes { try add(node) }
        case .choice(let nodes): try addChoice(nodes[...])
        case .repeated(let node, let least, let most): try addRepeated(node, least, most)
        }
    }

    private mutating func addChoice(_ nodes: ArraySlice<PatternNode>) throws(PatternError) {
        var jumps: [Int] = []
        for node in nodes.dropLast() {
            let split = reserve()
            try add(node)
            jumps.append(reserve())
            program[split] = .split(split + 1, program.count)
        }
        if let last = nodes.last { try add(last) }
        for jump in jumps { program[jump] = .jump(program.count) }
    }

    private mutating func addRepeated(_ node: PatternNode, _ least: Int, _ most: Int?) throws(PatternError) {
        for _ in 0..<least { try add(node) }
        guard let most else {
            let split = reserve()
            try add(node)
            program.append(.jump(split))
            program[split] = .split(split + 1, program.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<max(least, most) {
            splits.append(reserve())
            try add(node)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }

    /// A place whose instruction is known later.
    private mutating func reserve() -> Int {
        program.append(.match)
        return program.count - 1
    }
}
