/// Reads one JSON text into a `Value`, byte by byte.
///
/// Every read of a byte goes through `current` or is guarded by a comparison with `bytes.count`.
struct JSONReader: ~Copyable {
    struct Failure: Error {
        let reason: ManifestError.Reason
        let offset: Int
    }

    let bytes: UnsafeBufferPointer<UInt8>
    private let limits: ReadLimits
    var index = 0
    /// The nodes read so far, counted as in YAML.
    private var nodes = 0
    private var members = PendingElements<Mapping.Member>()
    private var elements = PendingElements<Value>()

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: ReadLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func readText() throws(Failure) -> Value {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        skipWhitespace()
        let value = try readValue(depth: 0)
        skipWhitespace()
        guard index == bytes.count else { throw unexpected("the end of the text") }
        return value
    }

    /// The byte to be read next; zero, which no JSON text has outside of a mistake, at the end.
    var current: UInt8 { index < bytes.count ? bytes[index] : 0 }

    func failure(_ text: String, at offset: Int? = nil) -> Failure {
        Failure(reason: .syntax(text), offset: offset ?? index)
    }

    func unexpected(_ expected: String) -> Failure {
        let found =
            switch current {
            case _ where index >= bytes.count: "the end of the text"
            case UInt8(ascii: "\""): "a quotation mark"
            case 0x21..<0x7F: "\"\(Character(Unicode.Scalar(current)))\""
            default: "the byte 0x\(String(current, radix: 16))"
            }
        return failure("expected \(expected), found \(found)")
    }

    private mutating func readValue(depth: Int) throws(Failure) -> Value {
        try count(from: index)
        return switch current {
        case UInt8(ascii: "\""): .string(try readText().text)
        case UInt8(ascii: "{"): try readObject(depth: depth + 1)
        case UInt8(ascii: "["): try readArray(depth: depth + 1)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try readNumber()
        case UInt8(ascii: "t"): try readWord("true", .bool(true))
        case UInt8(ascii: "f"): try readWord("false", .bool(false))
        case UInt8(ascii: "n"): try readWord("null", .null)
        default: throw unexpected("a value")
        }
    }

    private mutating func readObject(depth: Int) throws(Failure) -> Value {
        try checkDepth(depth)
        index += 1
        let firstMember = members.count
        var filter = KeyFilter()
        skipWhitespace()
        if skip(UInt8(ascii: "}")) { return .mapping(Mapping()) }
        while true {
            let start = index
            guard current == UInt8(ascii: "\"") else { throw unexpected("a key in quotation marks") }
            try count(from: start)
            let (key, ascii) = try readText()
            skipWhitespace()
            guard skip(UInt8(ascii: ":")) else { throw unexpected("\":\" after a key") }
            skipWhitespace()
            let value = try readValue(depth: depth)
            let mask = ascii.map { KeyFilter.mask(ofASCII: $0) } ?? KeyFilter.compareAlways
            let added = members.elements(from: firstMember)
            if let known = filter.insert(key, mask: mask, after: added) {
                guard limits.allowsRepeatedKeys else { throw Failure(reason: .duplicateKey(key), offset: start) }
                // Two spellings of one character are equal: of them a mapping can hold only the first.
                if added[known].key.utf8.elementsEqual(key.utf8) { added[known].value = value }
            } else {
                members.append(Mapping.Member(key: key, value: value))
            }
            skipWhitespace()
            if skip(UInt8(ascii: "}")) { return .mapping(Mapping(uniqueMembers: members.take(from: firstMember))) }
            guard skip(UInt8(ascii: ",")) else { throw unexpected("\",\" or \"}\"") }
            skipWhitespace()
        }
    }

    private mutating func readArray(depth: Int) throws(Failure) -> Value {
        try checkDepth(depth)
        index += 1
        let firstElement = elements.count
        skipWhitespace()
        if skip(UInt8(ascii: "]")) { return .array([]) }
        while true {
            elements.append(try readValue(depth: depth))
            skipWhitespace()
            if skip(UInt8(ascii: "]")) { return .array(elements.take(from: firstElement)) }
            guard skip(UInt8(ascii: ",")) else { throw unexpected("\",\" or \"]\"") }
            skipWhitespace()
        }
    }

    /// Reads a string; a long one counts as more than one node.
    private mutating func readText() throws(Failure) -> (text: String, ascii: UnsafeBufferPointer<UInt8>?) {
        let start = index
        let string = try readString()
        try count((index - start - 2) / 64, from: start)
        return string
    }

    private mutating func count(_ added: Int = 1, from start: Int) throws(Failure) {
        nodes += added
        guard nodes <= limits.nodes else { throw Failure(reason: .limit("nodes", limits.nodes), offset: start) }
    }

    private func checkDepth(_ depth: Int) throws(Failure) {
        guard depth > limits.depth else { return }
        throw Failure(reason: .limit("levels of nesting", limits.depth), offset: index)
    }

    private mutating func readWord(_ word: StaticString, _ value: Value) throws(Failure) -> Value {
        let length = word.utf8CodeUnitCount
        guard index + length <= bytes.count,
            (0..<length).allSatisfy({ bytes[index + $0] == word.utf8Start[$0] })
        else { throw unexpected("a value") }
        index += length
        return value
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipWhitespace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }
}
