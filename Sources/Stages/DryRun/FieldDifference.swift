package import KubernetesAPI
package import Manifests

/// One field that two states of an object do not have in common.
package struct FieldDifference: Sendable, Hashable {
    /// The node that differs; of a Secret, its value is hidden.
    package let difference: Difference

    /// The path of the field, such as `spec.template.spec.containers[name=web].image`.
    package var path: String { difference.path.text }
    /// The value before, `nil` when there was none.
    package var before: Value? { difference.before }
    /// The value after, `nil` when there is none.
    package var after: Value? { difference.after }
}

extension FieldDifference {
    /// What differs between two states of an object, without what the server keeps for itself.
    ///
    /// Elements of lists are compared by name where they have one and keep their order, others by position. The values of a
    /// Secret are hidden.
    ///
    /// - Parameters:
    ///   - before: The one state.
    ///   - after: The other state.
    ///   - ignoresGenerated: Whether both come from dry runs that would create the object, with made up IDs and addresses.
    /// - Returns: The differences, sorted by their paths.
    package static func between(
        _ before: LiveResource,
        _ after: LiveResource,
        ignoringGenerated ignoresGenerated: Bool = false
    ) -> [FieldDifference] {
        var rules = ComparisonRules()
        rules.matchesElements = true
        rules.mask = "(hidden)"
        var objects = [before, after].map(\.object.withoutServerFields)
        if ignoresGenerated { objects = objects.map(\.withoutGenerated) }
        return Difference.between(objects[0], objects[1], rules: rules).map { FieldDifference(difference: $0) }
    }
}

extension FieldPath {
    /// The path with every element of a list in brackets.
    fileprivate var text: String {
        steps.reduce(into: "") { text, step in
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            case .element(let field, let id): text += "[\(field)=\(id)]"
            }
        }
    }
}

extension Value {
    /// The object without what only the server writes.
    var withoutServerFields: Value {
        var value = self
        value["status"] = nil
        for field in ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"] {
            value.remove(at: ["metadata", field])
        }
        return value
    }
}
