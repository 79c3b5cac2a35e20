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
    public var redacted: Value { redacted(as: "(hidden)") }

    /// The same with a mask in place of each hidden value.
    package func redacted(as mask: Value) -> Value {
        switch self {
        case .array(let elements): .array(elements.map { $0.redacted(as: mask) })
        case .mapping(let fields):
            .mapping(fields.isSecret ? fields.hidingSecret(as: mask) : fields.mapped { $1.redacted(as: mask) })
        default: self
        }
    }

    /// The same fields with hidden values; anything but a mapping is hidden whole.
    func hidingValues(as mask: Value) -> Value {
        guard case .mapping(let fields) = self else { return isNull ? self : mask }
        return .mapping(fields.mapped { _, _ in mask })
    }

    fileprivate func hidingForeignAnnotations(as mask: Value) -> Value {
        guard let annotations = self["annotations"], !annotations.isNull else { return self }
        var copy = self
        copy["annotations"] =
            annotations.mapping.map { .mapping($0.mapped { $0.hasPrefix("pipecd.dev/") ? $1 : mask }) } ?? mask
        return copy
    }
}

extension Mapping {
    fileprivate var isSecret: Bool { self["kind"]?.string?.lowercased() == "secret" }

    fileprivate func hidingSecret(as mask: Value) -> Mapping {
        mapped { key, value in
            switch key.lowercased() {
            case "data", "stringdata": value.hidingValues(as: mask)
            case "metadata": value.hidingForeignAnnotations(as: mask)
            case "type": value.string == nil ? value.hidingValues(as: mask) : value
            case "immutable": value.bool == nil ? value.hidingValues(as: mask) : value
            default: value
            }
        }
    }

    fileprivate func mapped(_ transform: (String, Value) -> Value) -> Mapping {
        Mapping(uniqueMembers: members.map { Member(key: $0.key, value: transform($0.key, $0.value)) })
    }
}
