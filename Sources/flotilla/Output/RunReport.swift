import Manifests
import Stages

/// The printed forms of what a whole run did.
extension DeploymentReport {
    /// The stable form: `{"outcome", "targets": [{"name", "outcome", "error", "changes"}], "stages", "notReached"}`, and
    /// `"rollback"`, a stage like the others, when something was rolled back or should have been.
    var value: Value {
        var value: Value = [
            "outcome": .string(outcome.rawValue),
            "targets": .array(
                targets.map { StageReport(stage: "", targets: [$0]).value["targets"]?.array?.first ?? .null }
            ),
            "stages": .array(stages.map(\.value)),
            "notReached": .array(notReached.map(Value.string)),
        ]
        if let rollback { value["rollback"] = rollback.value }
        return value
    }

    /// The form for people.
    var text: String {
        let rest = notReached.isEmpty ? "" : "not run: \(notReached.joined(separator: ", "))\n"
        return stages.map(\.text).joined() + rest + (rollback?.rollbackText ?? "")
    }

    /// One row for each target: the outcome of its last stage, the changes of all.
    private var targets: [TargetReport] {
        let rows = stages.flatMap(\.targets)
        var names: [String] = []
        for row in rows where !names.contains(row.target) { names.append(row.target) }
        return names.compactMap { name in
            let own = rows.filter { $0.target == name }
            guard let last = own.last else { return nil }
            let changes = own.flatMap(\.changes)
            return TargetReport(
                target: last.target,
                outcome: last.outcome,
                error: last.error,
                changes: changes,
                left: last.left
            )
        }
    }
}

extension StageReport {
    /// What became of a rollback: which clusters are restored and which are not.
    fileprivate var rollbackText: String {
        guard problems.isEmpty else { return "not rolled back: \(problems.joined(separator: "; "))\n" }
        let restored = targets.filter { $0.outcome == .succeeded }.map(\.target)
        let others = targets.filter { $0.outcome != .succeeded }.map(\.target)
        guard !others.isEmpty else { return "\(text)rolled back: \(restored.joined(separator: ", "))\n" }
        let rest = restored.isEmpty ? "" : "; restored: \(restored.joined(separator: ", "))"
        return "\(text)not restored: \(others.joined(separator: ", "))\(rest)\n"
    }
}
