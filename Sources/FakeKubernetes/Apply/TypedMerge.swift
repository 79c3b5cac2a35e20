import Manifests

/// Merging what is applied into what is there, as the schema says.
enum TypedMerge {
    /// The live node with the applied one laid over it.
    static func merge(_ live: Value?, _ applied: Value?, _ schema: Schema) throws(TypedError) -> Value? {
        guard let live, let applied else { return applied ?? live }
        switch (schema.resolved, live, applied) {
        case (.list(let element, let kind, _), .array(let old), .array(let new)) where kind != .atomic:
            let merge = ListMerge(try ListEntries(old, element, kind), try ListEntries(new, element, kind), element)
            return .array(try merge.merged())
        case (_, .mapping(let old), .mapping(let new)) where !schema.isAtomic && !schema.isScalar:
            var result = old
            for member in new {
                let field = schema.field(member.key)?.schema ?? .any
                result[member.key] = try merge(old[member.key], member.value, field)
            }
            return .mapping(result)
        default:
            return applied
        }
    }
}

/// Merging two lists whose entries have identities: the applied order rules, other entries keep their places.
private struct ListMerge {
    private let old: ListEntries
    private let new: ListEntries
    private let element: Schema

    init(_ old: ListEntries, _ new: ListEntries, _ element: Schema) {
        self.old = old
        self.new = new
        self.element = element
    }

    func merged() throws(TypedError) -> [Value] {
        var result: [Value] = []
        var shared = new.order.filter { old.entries[$0] != nil }[...]
        var taken: Set<PathElement> = []
        var oldRest = old.order[...]
        var newRest = new.order[...]
        while !oldRest.isEmpty || !newRest.isEmpty {
            if let before = oldRest.first, let after = newRest.first, before != after,
                new.entries[before] != nil, let next = shared.first, next != before
            {
                // In both lists, but its turn comes later.
                oldRest.removeFirst()
                continue
            }
            if let before = oldRest.first, before != newRest.first {
                if new.entries[before] == nil {
                    oldRest.removeFirst()
                    if let entry = old.entries[before] { result.append(entry) }
                    continue
                }
                if taken.contains(before) {
                    oldRest.removeFirst()
                    if newRest.isEmpty { continue }
                }
            }
            guard let after = newRest.popFirst() else { continue }
            if oldRest.first == after { oldRest.removeFirst() }
            if shared.first == after { shared.removeFirst() }
            taken.insert(after)
            let entry = try TypedMerge.merge(old.entries[after], new.entries[after], element)
            if let entry { result.append(entry) }
        }
        return result
    }
}

extension FieldSet {
    /// A node without the fields of this set.
    func removed(from value: Value, _ schema: Schema) -> Value {
        switch (schema.resolved, value) {
        case (.list(let element, let kind, _), .array(let list)) where kind != .atomic:
            return .array(
                list.compactMap { entry in
                    guard let identity = try? ListEntries.identity(entry, element, kind), let set = self[identity]
                    else {
                        return entry
                    }
                    return set.isMember ? Value?.none : set.removed(from: entry, element)
                }
            )
        case (_, .mapping(let fields)) where !schema.isAtomic && !schema.isScalar:
            var result = fields
            for member in fields {
                guard let set = self[.field(member.key)] else { continue }
                let below = schema.field(member.key)?.schema ?? .any
                result[member.key] = set.isMember ? Value?.none : set.removed(from: member.value, below)
            }
            return .mapping(result)
        default:
            return value
        }
    }
}
