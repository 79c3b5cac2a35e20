import Manifests
import Stages

/// What a whole run did, stage by stage.
struct RunReport {
    /// The stages that were run, in order.
    let stages: [StageReport]
    /// Stages that were not reached.
    let notReached: [String]

    /// The outcome of the last stage; every stage before it succeeded.
    var outcome: StageOutcome { stages.last?.outcome ?? .failed }

    /// The stable form: `{"outcome", "targets": [{"name", "outcome", "error", "changes"}], "stages", "notReached"}`.
    var value: Value {
        [
            "outcome": .string(outcome.rawValue),
            "targets": .array(
                targets.map { StageReport(stage: "", targets: [$0]).value["targets"]?.array?.first ?? .null }
            ),
            "stages": .array(stages.map(\.value)),
            "notReached": .array(notReached.map(Value.string)),
        ]
    }

    /// The form for people.
    var text: String {
        let rest = notReached.isEmpty ? "" : "not run: \(notReached.joined(separator: ", "))\n"
        return stages.map(\.text).joined() + rest
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
