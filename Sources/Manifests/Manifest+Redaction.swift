extension Manifest {
    /// The manifest for showing: the values of Secrets are hidden, as in `Value.redacted`.
    public var redacted: Manifest {
        var copy = self
        for member in object.redacted.mapping ?? Mapping() { copy.replaceObject(member.key, with: member.value) }
        return copy
    }
}

extension Value {
    /// The node for showing: the values of every Secret in it, at whatever depth, are hidden.
    ///
    /// That are `data`, `stringData` and the annotations, where tools such as kubectl keep copies; our own annotations
    /// are shown. A `type` that is no text and an `immutable` that is no truth value are hidden, too. The keys stay, so that
    /// one sees which values there are. `kind` counts in upper and lower case and with any group: what is meant as a Secret
    /// is hidden, too.
    public var redacted: Value {
        switch self {
        case .array(let elements): .array(elements.map(\.redacted))
        case .mapping(let fields): .mapping(fields.isSecret ? fields.hidingSecret : fields.mapped { $1.redacted })
        default: self
        }
    }

    /// What stands in place of a hidden value.
    private static let hidden: Value = "(hidden)"

    /// The same fields with hidden values; anything but a mapping is hidden whole.
    fileprivate var hidingValues: Value {
        guard case .mapping(let fields) = self else { return isNull ? self : Value.hidden }
        return .mapping(fields.mapped { _, _ in Value.hidden })
    }

    fileprivate var hidingForeignAnnotations: Value {
        guard let annotations = self["annotations"], !annotations.isNull else { return self }
        var copy = self
        copy["annotations"] =
            annotations.mapping.map { .mapping($0.mapped { $0.hasPrefix("pipecd.dev/") ? $1 : Value.hidden }) }
            ?? Value.hidden
        return copy
    }
}

extension Mapping {
    fileprivate var isSecret: Bool { self["kind"]?.string?.lowercased() == "secret" }

    fileprivate var hidingSecret: Mapping {
        mapped { key, value in
            switch key.lowercased() {
            case "data", "stringdata": value.hidingValues
            case "metadata": value.hidingForeignAnnotations
            case "type": value.string == nil ? value.hidingValues : value
            case "immutable": value.bool == nil ? value.hidingValues : value
            default: value
            }
        }
    }

    fileprivate func mapped(_ transform: (String, Value) -> Value) -> Mapping {
        Mapping(uniqueMembers: members.map { Member(key: $0.key, value: transform($0.key, $0.value)) })
    }
}
