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

    /// The fields in order; no two have the same key.
    public private(set) var members: [Member]

    /// A mapping with no fields.
    public init() {
        members = []
    }

    /// A mapping of fields in the order given; of equal keys the last value wins, in the place of the first.
    public init(_ fields: some Sequence<(String, Value)>) {
        members = []
        var places: [String: Int] = [:]
        for (key, value) in fields {
            let isLarge = members.count >= Self.manyFields
            if let place = isLarge ? places[key] : members.firstIndex(where: { $0.key == key }) {
                members[place].value = value
                continue
            }
            members.append(Member(key: key, value: value))
            if isLarge {
                places[key] = members.count - 1
            } else if members.count == Self.manyFields {
                places = self.places
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

    /// From so many fields on, a table of them is quicker than to look at one after the other.
    static let manyFields = 32

    /// Where the field of each name is.
    private var places: [String: Int] {
        Dictionary(members.enumerated().map { ($1.key, $0) }) { first, _ in first }
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
        guard zip(left.members, right.members).contains(where: { $0.key != $1.key }) else {
            return left.members == right.members
        }
        let places = left.count < manyFields ? nil : right.places
        return left.members.allSatisfy { mine in
            let theirs = places.map { $0[mine.key].map { right.members[$0].value } } ?? right[mine.key]
            return theirs == mine.value
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
