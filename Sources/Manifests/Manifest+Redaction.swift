extension Manifest {
    /// The manifest for showing: the values of a Secret, and the copy that kubectl keeps in an annotation, are hidden.
    ///
    /// The keys stay, so that one sees which values there are.
    public var redacted: Manifest {
        guard kind == "Secret", groupVersionKind.group.isEmpty else { return self }
        var copy = self
        for field in ["data", "stringData"] {
            guard let values = object[field] else { continue }
            copy.replaceObject(field, with: values.hidingValues)
        }
        let applied = "kubectl.kubernetes.io/last-applied-configuration"
        if annotations[applied] != nil { copy.setAnnotation(applied, Value.hidden) }
        return copy
    }
}

extension Value {
    /// What stands in place of a hidden value.
    fileprivate static let hidden = "(hidden)"

    /// The same fields with hidden values; anything but a mapping is hidden whole.
    fileprivate var hidingValues: Value {
        guard case .mapping(let fields) = self else { return .string(Value.hidden) }
        return .mapping(Mapping(fields.map { ($0.key, .string(Value.hidden)) }))
    }
}
