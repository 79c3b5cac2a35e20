import KubernetesAPI
import Manifests
import Rollouts

/// What counts when an object in a cluster is compared with Git.
///
/// Never our marks, which name the commit of the last deployment, nor what only the server writes, nor the traces that tools leave.
struct DriftRules: Sendable {
    /// Fields that do not count.
    var ignored: [IgnoredField] = []

    /// What differs when nobody but us knows the type: whatever only the cluster has may be there.
    func differences(from live: Value, to wanted: Value, _ key: ResourceKey) -> [Difference] {
        var rules = ComparisonRules.drift
        rules.matchesElements = true
        return differences(from: live, to: wanted, key, rules)
    }

    /// What an apply changes, by the server's word.
    func changes(from live: Value, to applied: Value, _ key: ResourceKey) -> [Difference] {
        var rules = ComparisonRules()
        rules.matchesElements = true
        return differences(from: live, to: applied, key, rules)
    }

    /// What people have added and no apply takes away; `live` is the object after a dry run of one.
    func additions(in live: LiveResource) -> [Difference] {
        let shown = live.object.redacted(as: .string(ComparisonRules().mask))
        let ignoring = ignoring([live.object], live.key)
        return live.fieldsByHand.compactMap { path, owner in
            guard !ignoring.ignores(path), !path.isMark, let value = shown.node(at: path),
                let counting = ignoring.withoutIgnored(value, at: path)
            else { return nil }
            return Difference(path: path, before: counting, after: nil, owner: owner)
        }
    }

    private func differences(
        from live: Value,
        to wanted: Value,
        _ key: ResourceKey,
        _ rules: ComparisonRules
    ) -> [Difference] {
        var rules = rules
        rules.ignoredPaths = ignoring([live, wanted], key).ignoredPaths
        return Difference.between(live.compared, wanted.compared, rules: rules)
    }

    private func ignoring(_ objects: [Value], _ key: ResourceKey) -> ComparisonRules {
        var rules = ComparisonRules()
        for field in ignored where field.isAbout(key) {
            for object in objects { rules.ignoredPaths.formUnion(object.patterns(for: field.path)) }
        }
        return rules
    }
}

extension FieldPath {
    /// Whether it leads to a label or an annotation of ours.
    fileprivate var isMark: Bool {
        guard steps.count > 2, case .key(let key)? = steps.last else { return false }
        return key.hasPrefix(Value.markPrefix)
            && [.key("labels"), .key("annotations")].contains(steps[steps.count - 2])
    }
}

extension Value {
    static var markPrefix: String { "pipecd.dev/" }
    private static let traces: Set = [
        "kubectl.kubernetes.io/last-applied-configuration", "kubectl.kubernetes.io/restartedAt",
    ]

    /// The object without what never counts; where it is was decided before.
    ///
    /// Without labels and annotations it has empty ones, so that what differs is a single one of them.
    fileprivate var compared: Value {
        var object = withoutServerFields.withoutMarks
        object.remove(at: ["metadata", "namespace"])
        for field in ["labels", "annotations"] where object.at(["metadata", field])?.mapping == nil {
            try? object.set([:], at: ["metadata", field])
        }
        return object
    }

    /// The object without all that has our prefix, and without the traces of tools.
    var withoutMarks: Value { withoutMarks { $0.hasPrefix(Self.markPrefix) || Self.traces.contains($0) } }

    /// The node at a path.
    fileprivate func node(at path: FieldPath) -> Value? {
        path.steps.reduce(Optional(self)) { node, step in
            switch step {
            case .key(let key): node?[key]
            case .index(let index): node?.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            case .element(let field, let id):
                node?.array?.first { $0[field].map { $0.string ?? $0.jsonText() } == id }
            }
        }
    }
}
