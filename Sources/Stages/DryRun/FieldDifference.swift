package import KubernetesAPI
package import Manifests

/// One field that two states of an object do not have in common.
package struct FieldDifference: Sendable, Hashable {
    /// The path of the field, such as `spec.template.spec.containers[name=web].image`.
    package let path: String
    /// The value before, `nil` when there was none.
    package let before: Value?
    /// The value after, `nil` when there is none.
    package let after: Value?
}

extension FieldDifference {
    /// What differs between two states of an object, without what the server keeps for itself.
    ///
    /// Elements of lists are compared by name where they have one and keep their order, others by position. The values of a
    /// Secret are hidden.
    package static func between(_ before: LiveResource, _ after: LiveResource) -> [FieldDifference] {
        var rules = ComparisonRules()
        rules.matchesElements = true
        rules.mask = "(hidden)"
        let (old, new) = (before.object.withoutServerFields, after.object.withoutServerFields)
        return Difference.between(old, new, rules: rules).map { difference in
            FieldDifference(path: difference.path.text, before: difference.before, after: difference.after)
        }
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
