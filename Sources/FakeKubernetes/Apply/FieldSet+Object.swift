import Manifests

extension FieldSet {
    /// The fields that an applied object states, and so claims.
    init(of value: Value, _ schema: Schema) throws(TypedError) {
        self.init()
        switch (schema.resolved, value) {
        case (.list(let element, let kind, _), .array(let list)) where kind != .atomic:
            try insertEntries(list, element, kind)
        case (_, .mapping(let fields)) where !schema.isAtomic && !schema.isScalar:
            try insertFields(fields, schema)
        default:
            insertSelf()
        }
    }

    private mutating func insertEntries(
        _ list: [Value],
        _ element: Schema,
        _ kind: Schema.ListKind
    ) throws(TypedError) {
        let entries = try ListEntries(list, element, kind)
        for (identity, entry) in entries.entries {
            var set = FieldSet.leaf
            if case .map = kind { set = set.union(try FieldSet(of: entry, element)) }
            self[identity] = set
        }
    }

    private mutating func insertFields(_ fields: Mapping, _ schema: Schema) throws(TypedError) {
        for member in fields {
            guard let field = schema.field(member.key) else { continue }
            var set = try FieldSet(of: member.value, field.schema)
            let isEmpty = member.value.isNull || member.value.mapping?.isEmpty == true
            if isEmpty || !schema.declares(member.key) { set.insertSelf() }
            self[.field(member.key)] = set
        }
    }
}

extension Schema {
    var isList: Bool {
        guard case .list = resolved else { return false }
        return true
    }

    var isScalar: Bool {
        guard case .scalar = resolved else { return false }
        return true
    }
}
