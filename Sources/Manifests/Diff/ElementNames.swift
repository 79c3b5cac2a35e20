/// What tells the elements of two lists apart, when a field does.
struct ElementNames {
    /// The field, such as `name`.
    let field: String
    /// Its values in the one list, none twice.
    let before: [String]
    /// Its values in the other list, none twice.
    let after: [String]

    /// The fields that tell elements apart, the most telling first: of containers, mounts, ports and host aliases.
    private static let fields = ["name", "mountPath", "containerPort", "port", "ip"]

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
        let ids = elements.compactMap { element -> String? in
            switch element[field] {
            case .string(let text)?: text
            case .int(let number)?: String(number)
            default: nil
            }
        }
        return ids.count == elements.count && Set(ids).count == ids.count ? ids : nil
    }
}
