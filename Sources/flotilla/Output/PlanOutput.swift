import Manifests
import Rollouts
import Stages

/// The printed forms of plans.
extension StagePlan {
    /// The stable form: `{"stage", "targets": [{"name", "steps": [{"action", "resource", "manifest"}], "notes"}]}`.
    ///
    /// The values of Secrets are hidden.
    var value: Value {
        [
            "stage": .string(stage),
            "targets": .array(clusters.map(\.value)),
        ]
    }

    /// The form for people: clusters with the same steps are shown together.
    var text: String {
        var groups: [(names: [String], body: String)] = []
        for cluster in clusters {
            let body = cluster.text
            if let index = groups.firstIndex(where: { $0.body == body }) {
                groups[index].names.append(cluster.target)
            } else {
                groups.append(([cluster.target], body))
            }
        }
        return groups.map { "\(stage) on \($0.names.joined(separator: ", "))\n\($0.body)" }.joined(separator: "\n")
    }
}

extension ClusterPlan {
    fileprivate var value: Value {
        var value: Value = ["name": .string(target), "steps": .array(steps.flatMap(\.values))]
        if !notes.isEmpty { value["notes"] = .array(notes.map(Value.string)) }
        return value
    }

    fileprivate var text: String {
        let lines = steps.map { "  \($0.text)\n" }
        return (lines.isEmpty ? "  nothing to do\n" : lines.joined()) + notes.map { "  note: \($0)\n" }.joined()
    }
}

extension Step {
    /// One entry for each object that the step is about.
    fileprivate var values: [Value] {
        resources.map { key in
            var value: Value = ["action": .string(action), "resource": .string("\(key)")]
            if case .replace(_, force: true) = self { value["force"] = true }
            if let manifest { value["manifest"] = manifest.redacted.object }
            return value
        }
    }

    fileprivate var text: String {
        switch self {
        case .waitUntilReady(let keys, let policy):
            "waitUntilReady   \(String.count(keys.count, "object")), at most \(policy.deadline.text)"
        case .route(let manifest, let weights):
            "route            \(manifest.key.shortDescription)  \(weights.text)"
        case .replace(let manifest, force: true):
            "replace          \(manifest.key.shortDescription)  (delete and create)"
        default:
            resources.map { action.padded(to: 17) + $0.shortDescription }.joined(separator: "\n")
        }
    }
}

extension [Variant: Int] {
    /// The shares in the order primary, canary, baseline: `primary 90 %, canary 10 %`.
    fileprivate var text: String {
        Variant.allCases.compactMap { variant in self[variant].map { "\(variant) \($0) %" } }.joined(separator: ", ")
    }
}

extension String {
    /// A number with what it counts, `1 step` or `2 steps`.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// The text with spaces at the end, at least so many characters long.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
