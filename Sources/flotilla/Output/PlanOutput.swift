import Manifests
import Rollouts
import Stages

/// The printed forms of plans.
extension StagePlan {
    /// The stable form: `{"stage", "targets": [{"name", "steps": [{"action", "resource", "manifest"}], "notes"}]}`.
    ///
    /// What the clusters answered to a dry run, where they were asked, is beside the manifest: `"change"` with
    /// `"differences": [{"path", "before", "after"}]`, `"unknown"` or `"refused"`. The values of Secrets are hidden.
    func value(_ answers: [TargetDryRun] = []) -> Value {
        [
            "stage": .string(stage),
            "targets": .array(clusters.map { $0.value(answers.of($0.target)) }),
        ]
    }

    /// The form for people: clusters with the same steps, and the same answers to them, are shown together.
    func text(_ answers: [TargetDryRun] = []) -> String {
        var groups: [(names: [String], body: String)] = []
        for cluster in clusters {
            let body = cluster.text(answers.of(cluster.target))
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
    fileprivate func value(_ answers: [ResourceKey: DryRunAnswer]) -> Value {
        var value: Value = ["name": .string(target), "steps": .array(steps.flatMap { $0.values(answers) })]
        if !notes.isEmpty { value["notes"] = .array(notes.map(Value.string)) }
        return value
    }

    fileprivate func text(_ answers: [ResourceKey: DryRunAnswer]) -> String {
        let lines = steps.map { step in
            let answer = step.isWait ? nil : step.resources.first.flatMap { answers[$0] }
            return "  \(step.text)\(answer?.text ?? "")\n"
        }
        return (lines.isEmpty ? "  nothing to do\n" : lines.joined()) + notes.map { "  note: \($0)\n" }.joined()
    }
}

extension Step {
    /// One entry for each object that the step is about.
    fileprivate func values(_ answers: [ResourceKey: DryRunAnswer]) -> [Value] {
        resources.map { key in
            var value: Value = ["action": .string(action), "resource": .string("\(key)")]
            if !isWait { answers[key]?.add(to: &value) }
            if case .replace(_, force: true) = self { value["force"] = true }
            if let manifest { value["manifest"] = manifest.redacted.object }
            return value
        }
    }

    fileprivate var isWait: Bool {
        guard case .waitUntilReady = self else { return false }
        return true
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

extension String {
    /// The text with spaces at the end, at least so many characters long.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
