import CFuzzer
import Manifests

/// One change at a random node of a tree.
struct TreeMutation {
    private let tree: Value
    private var random: SmallGenerator
    private let nodes: [Value]
    private let keys: [String]

    /// What often is not thought of.
    private static let odd: [Value] = [
        .null, true, false, 0, 1, -1, 100, .int(.min), .int(.max), 1.5, .double(1e300), "", "0", "true", "a\nb",
        "\u{7F}",
        "é", "e\u{301}", " x ", "100%", "-", "$..a", [], [[]], [.null], [:], ["": .null], ["a": ["b": [:]]],
    ]

    /// Prepares a change of the tree.
    init(_ tree: Value, _ random: SmallGenerator) {
        self.tree = tree
        self.random = random
        nodes = Self.nodes(of: tree)
        keys = nodes.flatMap { $0.mapping?.keys ?? [] } + [""]
    }

    /// The tree with one node changed.
    mutating func changed() -> Value {
        var remaining = Int.random(in: 0..<nodes.count, using: &random)
        return changing(tree, &remaining)
    }

    private static func nodes(of value: Value) -> [Value] {
        switch value {
        case .array(let elements): [value] + elements.flatMap(nodes)
        case .mapping(let fields): [value] + fields.flatMap { nodes(of: $0.value) }
        default: [value]
        }
    }

    /// Goes to the node that comes after so many others, and changes it.
    private mutating func changing(_ value: Value, _ remaining: inout Int) -> Value {
        guard remaining > 0 else {
            remaining -= 1
            return other(than: value)
        }
        remaining -= 1
        switch value {
        case .array(let elements):
            return .array(elements.map { remaining < 0 ? $0 : changing($0, &remaining) })
        case .mapping(let fields):
            return .mapping(Mapping(fields.map { ($0.key, remaining < 0 ? $0.value : changing($0.value, &remaining)) }))
        default:
            return value
        }
    }

    private mutating func other(than value: Value) -> Value {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: Self.odd.randomElement(using: &random) ?? .null
        case 1: nodes.randomElement(using: &random) ?? .null
        default: changedInside(value)
        }
    }

    private mutating func changedInside(_ value: Value) -> Value {
        switch value {
        case .array(let elements): .array(changedList(elements))
        case .mapping(let fields): .mapping(changedFields(fields))
        case .string(let text): .string(changedText(text))
        case .int(let number): .int(number &+ Int.random(in: -2...2, using: &random))
        case .bool(let flag): .bool(!flag)
        default: Self.odd.randomElement(using: &random) ?? .null
        }
    }

    private mutating func changedList(_ elements: [Value]) -> [Value] {
        var copy = elements
        let added = (elements + nodes.suffix(10)).randomElement(using: &random) ?? .null
        switch Int.random(in: 0..<3, using: &random) {
        case 0 where !copy.isEmpty: copy.remove(at: Int.random(in: 0..<copy.count, using: &random))
        case 1: copy.shuffle(using: &random)
        default: copy.insert(added, at: Int.random(in: 0...copy.count, using: &random))
        }
        return copy
    }

    private mutating func changedFields(_ fields: Mapping) -> Mapping {
        var copy = fields
        let key = keys.randomElement(using: &random) ?? ""
        guard let old = fields.members.randomElement(using: &random) else { return [key: .null] }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: copy[old.key] = nil
        case 1: copy = Mapping(fields.members.shuffled(using: &random).map { ($0.key, $0.value) })
        case 2: copy = Mapping(fields.map { ($0.key == old.key ? changedText(old.key) : $0.key, $0.value) })
        default: copy[key] = nodes.randomElement(using: &random)
        }
        return copy
    }

    /// The text with some bytes changed by libFuzzer, which knows what the code compares texts with.
    private func changedText(_ text: String) -> String {
        let limit = text.utf8.count + 16
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: limit) { buffer in
            _ = buffer.initialize(fromContentsOf: Array(text.utf8) + Array(repeating: 0, count: 16))
            let size = LLVMFuzzerMutate(buffer.baseAddress, text.utf8.count, limit)
            return String(decoding: buffer[..<size], as: UTF8.self)
        }
    }
}
