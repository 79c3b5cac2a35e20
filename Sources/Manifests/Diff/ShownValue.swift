/// A node to compare, and what may be shown of it.
struct ShownValue {
    let value: Value
    let shown: Value

    private let mask: Value

    /// The root of an object.
    init(_ object: Value, _ rules: ComparisonRules) {
        let mask = Value.string(rules.mask)
        let value = object.isSecret ? object.withEffectiveData : object
        self.init(value, shown: value.redacted(as: mask), mask: mask)
    }

    private init(_ value: Value, shown: Value, mask: Value) {
        self.value = value
        self.shown = shown
        self.mask = mask
    }

    /// The fields, in order.
    var fields: [(key: String, node: ShownValue)] {
        let members = value.mapping?.members ?? []
        let shownMembers = shown.mapping?.members ?? []
        return members.enumerated().map { index, member in
            // Hiding keeps the fields and their order.
            let shown = shownMembers.dropFirst(index).first.flatMap { $0.key == member.key ? $0.value : nil }
            return (member.key, ShownValue(member.value, shown: shown ?? mask, mask: mask))
        }
    }

    /// The elements, in order.
    var elements: [ShownValue] {
        let shownElements = shown.array ?? []
        return (value.array ?? []).enumerated().map { index, element in
            ShownValue(element, shown: shownElements.dropFirst(index).first ?? mask, mask: mask)
        }
    }
}

extension Value {
    fileprivate var isSecret: Bool {
        self["kind"]?.string == "Secret"
            && GroupVersion(apiVersion: self["apiVersion"]?.string ?? "")?.group ?? "" == ""
    }

    /// The Secret as the API server keeps it: the texts of `stringData` are in `data`.
    fileprivate var withEffectiveData: Value {
        guard let texts = self["stringData"]?.mapping else { return self }
        var secret = self
        secret["stringData"] = nil
        var data = self["data"] ?? .null
        for member in texts {
            let encoded = member.value.string.map { Value.string(Base64.encode(Array($0.utf8))) }
            data[member.key] = encoded ?? member.value
        }
        secret["data"] = data
        return secret
    }
}
