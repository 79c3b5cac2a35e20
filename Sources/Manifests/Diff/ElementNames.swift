/// What tells the elements of two lists apart, when a field does.
struct ElementNames {
    /// The field, such as `name`.
    let field: String
    /// Its values in the one list, none twice.
    let before: [String]
    /// Its values in the other list, none twice.
    let after: [String]

    /// The fields that tell elements apart, the most telling first: of containers, mounts, ports and host aliases.
    static let fields = ["name", "mountPath", "containerPort", "port", "ip"]

    /// Finds the field; `nil` when none tells all elements apart, or the order of those that both lists have is not the same.
    init?(_ before: [Value], _ after: [Value]) {
        for field in Self.fields {
            guard let old = Self.ids(before, field), let new = Self.ids(after, field) else { continue }
            let (known, wanted) = (Set(old), Set(new))
            guard old.filter(wanted.contains) == new.filter(known.contains) else { return nil }
            (self.field, self.before, self.after) = (field, old, new)
            return
        }
        return nil
    }

    private static func ids(_ elements: [Value], _ field: String) -> [String]? {
        let ids = elements.compactMap { $0.elementID(field) }
        return ids.count == elements.count && Set(ids).count == ids.count ? ids : nil
    }
}

extension Value {
    /// What a field of an element of a list says, where that can tell it from others.
    fileprivate func elementID(_ field: String) -> String? {
        switch self[field] {
        case .string(let text)?: text
        case .int(let number)?: String(number)
        default: nil
        }
    }

    /// The steps that may lead to this element of a list, by the fields that it has.
    var elementSteps: [FieldPath.Step] {
        ElementNames.fields.compactMap { field in elementID(field).map { .element(field: field, id: $0) } }
    }
}

extension FieldPath.Step {
    /// The step to an element of a list of which some fields are known to be its key; by any of them otherwise.
    package static func element(with keys: Mapping) -> FieldPath.Step? {
        let element = Value.mapping(keys)
        if let step = element.elementSteps.first { return step }
        return keys.members.first.map { .element(field: $0.key, id: $0.value.string ?? $0.value.jsonText()) }
    }
}
