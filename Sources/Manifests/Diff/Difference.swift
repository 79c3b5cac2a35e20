/// One node that two states of an object do not have in common.
///
/// `between` finds them; `text` of a list of them is for people to read. Go on with `ManifestComparison` for lists of objects.
public struct Difference: Sendable, Hashable {
    /// Where the node stands.
    public let path: FieldPath
    /// The node before, `nil` when there was none; hidden when it is secret.
    public let before: Value?
    /// The node after, `nil` when there is none; hidden when it is secret.
    public let after: Value?
    /// Who wrote the node before, where that is known and worth knowing.
    public var owner: FieldOwner?

    /// A node; what is secret in it must be hidden already.
    package init(path: FieldPath, before: Value?, after: Value?, owner: FieldOwner? = nil) {
        self.path = path
        self.before = before
        self.after = after
        self.owner = owner
    }
}

/// Who wrote a field, as `metadata.managedFields` of an object says.
public struct FieldOwner: Sendable, Hashable {
    /// The name under which it was written, such as `kubectl-edit`.
    public let manager: String
    /// When the manager last wrote a field of the object, in the form of the API; `nil` when it does not say.
    public let time: String?

    /// A manager and a time.
    public init(manager: String, time: String?) {
        self.manager = manager
        self.time = time
    }
}

extension Difference {
    /// What differs between two states of an object.
    ///
    /// A node that only one side has is one difference, whatever is in it. The `stringData` of a Secret counts as the `data` that
    /// the API server makes of it, and no value of a Secret is in the result: that are `data` and foreign annotations.
    ///
    /// - Parameters:
    ///   - before: The one state, `nil` for none.
    ///   - after: The other state.
    ///   - rules: What counts.
    /// - Returns: The differences, sorted by the bytes of their paths as text.
    public static func between(
        _ before: Value?,
        _ after: Value?,
        rules: ComparisonRules = ComparisonRules()
    ) -> [Difference] {
        guard before != after else { return [] }
        let knowsType = (after ?? before)?.isOfBuiltInType ?? false
        var comparison = TreeComparison(rules: rules, knowsType: knowsType)
        comparison.compare(before.map { ShownValue($0, rules) }, after.map { ShownValue($0, rules) }, at: FieldPath())
        return comparison.differences.map { ($0.path.description, $0) }
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            .map(\.1)
    }
}

extension FieldOwner: CustomStringConvertible {
    /// The manager, and since when: `kubectl-edit since 2030-01-31T12:00:00Z`.
    public var description: String {
        let manager = manager.inOneLine()
        return time.map { "\(manager) since \($0.inOneLine())" } ?? manager
    }
}
