import Manifests

/// What differs between two states of an object.
struct Comparison: Sendable {
    private(set) var added = FieldSet()
    private(set) var modified = FieldSet()
    private(set) var removed = FieldSet()

    init() {}

    /// Compares two states; a missing one has nothing but the structures that are always there.
    init(_ old: Value?, _ new: Value?, _ schema: Schema) {
        switch (old, new) {
        case (nil, nil): return
        case (nil, let new?): compareMissing(new, schema) { $0.added = $1 }
        case (let old?, nil): compareMissing(old, schema) { $0.removed = $1 }
        case (let old?, let new?): compare(old, new, schema)
        }
    }

    /// Everything in a node that only one side has, the node itself included.
    private mutating func compareMissing(
        _ value: Value,
        _ schema: Schema,
        _ store: (inout Comparison, FieldSet) -> Void
    ) {
        var set = Self.everything(value, schema)
        set.insertSelf()
        store(&self, set)
    }

    private static func everything(_ value: Value, _ schema: Schema) -> FieldSet {
        var set = FieldSet.leaf
        switch (schema.resolved, value) {
        case (.list(let element, let kind, _), .array(let list)) where kind != .atomic:
            guard let entries = try? ListEntries(list, element, kind) else { return set }
            for (identity, entry) in entries.entries { set[identity] = everything(entry, element) }
        case (_, .mapping) where !schema.isAtomic && !schema.isScalar:
            for (key, member) in value.members(schema) {
                set[.field(key)] = everything(member, schema.field(key)?.schema ?? .any)
            }
        default: break
        }
        return set
    }

    private mutating func compare(_ old: Value, _ new: Value, _ schema: Schema) {
        switch (schema.resolved, old, new) {
        case (.list(let element, let kind, _), .array(let before), .array(let after))
        where kind != .atomic && !(before.isEmpty && after.isEmpty):
            guard let before = try? ListEntries(before, element, kind),
                let after = try? ListEntries(after, element, kind)
            else { return compareLeaf(old, new) }
            for identity in Set(before.entries.keys).union(after.entries.keys) {
                descend(identity, before.entries[identity], after.entries[identity], element)
            }
        case (_, .mapping, .mapping) where !schema.isAtomic && !schema.isScalar:
            let before = Mapping(old.members(schema))
            let after = Mapping(new.members(schema))
            for key in Set(before.keys).union(after.keys) {
                descend(.field(key), before[key], after[key], schema.field(key)?.schema ?? .any)
            }
        default:
            compareLeaf(old, new)
        }
    }

    private mutating func compareLeaf(_ old: Value, _ new: Value) {
        if old != new { modified.insertSelf() }
    }

    private mutating func descend(_ element: PathElement, _ old: Value?, _ new: Value?, _ schema: Schema) {
        if let old, let new, old == new { return }
        let below = Comparison(old, new, schema)
        added[element] = below.added
        modified[element] = below.modified
        removed[element] = below.removed
    }

    /// The same differences without some fields.
    func without(_ filter: (FieldSet) -> FieldSet) -> Comparison {
        var result = Comparison()
        result.added = filter(added)
        result.modified = filter(modified)
        result.removed = filter(removed)
        return result
    }
}

extension Value {
    /// The fields of a mapping, with the structures and lists that its schema always has.
    func members(_ schema: Schema) -> [(String, Value)] {
        guard let fields = mapping else { return [] }
        var members = fields.map { ($0.key, $0.value) }
        guard case .structure(let structure) = schema.resolved else { return members }
        for (key, field) in structure.fields where field.isAlwaysPresent && fields[key] == nil {
            members.append((key, field.schema.isList ? [] : [:]))
        }
        return members
    }
}
