/// One step of the way to a field, in the form of `fieldsV1`: `f:spec`, `k:{"name":"web"}`, `v:"x"`.
struct PathElement: Sendable, Hashable, Comparable {
    let text: String

    init(text: String) {
        self.text = text
    }

    static func field(_ name: String) -> PathElement { PathElement(text: "f:\(name)") }

    /// The name of a field, when this is one.
    var fieldName: String? { text.hasPrefix("f:") ? String(text.dropFirst(2)) : nil }

    static func < (left: PathElement, right: PathElement) -> Bool { left.text < right.text }
}

/// A set of fields of an object, as a tree: each node may be a member itself and have members below it.
struct FieldSet: Sendable, Hashable {
    private(set) var isMember = false
    private(set) var children: [PathElement: FieldSet] = [:]

    init() {}

    /// The set whose one member is the node itself.
    static let leaf: FieldSet = {
        var set = FieldSet()
        set.isMember = true
        return set
    }()

    var isEmpty: Bool { !isMember && children.isEmpty }

    subscript(element: PathElement) -> FieldSet? {
        get { children[element] }
        set { children[element] = newValue.flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// Makes the node itself a member.
    mutating func insertSelf() { isMember = true }

    /// Makes the node itself no member; what is below it stays.
    mutating func removeSelf() { isMember = false }

    func contains(_ path: some Collection<PathElement>) -> Bool {
        guard let first = path.first else { return isMember }
        return children[first]?.contains(path.dropFirst()) ?? false
    }

    func union(_ other: FieldSet) -> FieldSet {
        guard !other.isEmpty else { return self }
        guard !isEmpty else { return other }
        var result = self
        result.isMember = isMember || other.isMember
        result.children.merge(other.children) { $0.union($1) }
        return result
    }

    /// The members that are not members of the other set.
    func subtracting(_ other: FieldSet) -> FieldSet {
        guard !other.isEmpty else { return self }
        var result = self
        result.isMember = isMember && !other.isMember
        for (element, set) in other.children { result[element] = children[element]?.subtracting(set) }
        return result
    }

    /// The members of both sets.
    func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet()
        result.isMember = isMember && other.isMember
        for (element, set) in children {
            guard let counterpart = other.children[element] else { continue }
            result[element] = set.intersection(counterpart)
        }
        return result
    }

    /// The set without a node and all below it.
    func removing(_ path: ArraySlice<PathElement>) -> FieldSet {
        guard let first = path.first else { return FieldSet() }
        var result = self
        result[first] = children[first]?.removing(path.dropFirst())
        return result
    }

    /// The paths of all members, sorted.
    var paths: [[PathElement]] {
        let below = children.sorted { $0.key < $1.key }.flatMap { element, set in set.paths.map { [element] + $0 } }
        return (isMember ? [[]] : []) + below
    }

    /// The set with every parent that the schema itself names as a member too.
    func namingParents(_ schema: Schema) -> FieldSet {
        var result = self
        for (element, set) in children {
            let below = set.namingParents(schema.child(element))
            var named = below
            if let name = element.fieldName, schema.declares(name) { named.insertSelf() }
            result.children[element] = named
        }
        return result
    }
}

extension Schema {
    /// The schema behind one step.
    func child(_ element: PathElement) -> Schema {
        if let name = element.fieldName { return field(name)?.schema ?? .any }
        guard case .list(let schema, _, _) = resolved else { return .any }
        return schema
    }
}
