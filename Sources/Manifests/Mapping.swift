/// The fields of a mapping, in the order in which they were written.
///
/// Two mappings are equal when they hold the same fields, whatever their order.
public struct Mapping: Sendable {
    /// One field of a mapping.
    public struct Member: Sendable, Hashable {
        /// The name of the field.
        public let key: String
        /// What the field holds.
        public var value: Value

        /// A field with its name and node.
        public init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// From so many fields on, finding one by its hash is faster than comparing it with all.
    static let large = 24

    /// The fields in order; no two have the same key.
    public private(set) var members: [Member]

    /// A mapping with no fields.
    public init() {
        members = []
    }

    /// A mapping of fields in the order given; of equal keys the last value wins, in the place of the first.
    public init(_ fields: some Sequence<(String, Value)>) {
        members = []
        var indices: [String: Int] = [:]
        for (key, value) in fields {
            guard members.count >= Self.large else {
                self[key] = value
                continue
            }
            if indices.isEmpty { for (index, member) in members.enumerated() { indices[member.key] = index } }
            if let index = indices[key] {
                members[index].value = value
            } else {
                indices[key] = members.count
                members.append(Member(key: key, value: value))
            }
        }
    }

    /// A mapping of fields that the caller knows to have different keys.
    ///
    /// The readers use this: they check for duplicates with a set when a mapping is large.
    init(uniqueMembers: [Member]) {
        members = uniqueMembers
    }

    /// The node of a field.
    ///
    /// Writing `nil` removes the field; a new field goes to the end.
    /// Reading takes time in proportion to the number of fields: Kubernetes objects have few in each mapping.
    public subscript(key: String) -> Value? {
        get { members.first { $0.key == key }?.value }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): return
            }
        }
    }

    /// The names of the fields, in order.
    public var keys: [String] { members.map(\.key) }

    /// Whether there are no fields.
    public var isEmpty: Bool { members.isEmpty }

    /// The number of fields.
    public var count: Int { members.count }

    /// The same fields, sorted by the UTF-8 bytes of their names.
    public func sortedByKey() -> Mapping {
        Mapping(uniqueMembers: members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    }
}

extension Mapping: Hashable {
    /// Whether both hold the same fields, in any order.
    public static func == (left: Mapping, right: Mapping) -> Bool {
        guard left.count == right.count else { return false }
        // Most often the order is the same too, and then no field has to be searched for.
        lazy var values = Dictionary(right.members.map { ($0.key, $0.value) }) { first, _ in first }
        return zip(left.members, right.members).allSatisfy { mine, theirs in
            if mine.key == theirs.key { return mine.value == theirs.value }
            return (right.count < large ? right[mine.key] : values[mine.key]) == mine.value
        }
    }

    /// Feeds the fields to the hasher so that their order does not matter.
    public func hash(into hasher: inout Hasher) {
        var combined = 0
        for member in members {
            var one = Hasher()
            member.hash(into: &one)
            combined ^= one.finalize()
        }
        hasher.combine(combined)
    }
}

extension Mapping: ExpressibleByDictionaryLiteral, Sequence {
    /// A mapping in the order written; of equal keys the last value wins.
    public init(dictionaryLiteral elements: (String, Value)...) {
        self.init(elements)
    }

    /// Goes through the fields in order.
    public func makeIterator() -> IndexingIterator<[Member]> {
        members.makeIterator()
    }
}
