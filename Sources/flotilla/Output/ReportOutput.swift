import ArgumentParser
import Manifests
import Stages

/// The printed forms of reports.
extension StageReport {
    /// The stable form: `{"stage", "outcome", "targets": [{"name", "outcome", "error", "changes", "left"}], "problems"}`.
    var value: Value {
        var value: Value = [
            "stage": .string(stage),
            "outcome": .string(outcome.rawValue),
            "targets": .array(targets.map(\.value)),
        ]
        if !problems.isEmpty { value["problems"] = .array(problems.map(Value.string)) }
        return value
    }

    /// The form for people: one line for each cluster, and why it did not succeed.
    var text: String {
        let width = targets.map(\.target.count).max() ?? 0
        let rows = targets.map { "  \($0.target.padded(to: width))  \($0.text)\n" }
        return "\(stage): \(outcome.rawValue)\n" + rows.joined() + problems.map { "  \($0)\n" }.joined()
    }
}

extension TargetReport {
    fileprivate var value: Value {
        var value: Value = ["name": .string(target), "outcome": .string(outcome.rawValue)]
        if let error { value["error"] = .string(error) }
        value["changes"] = .array(
            changes.map { ["change": .string($0.change.rawValue), "resource": .string("\($0.resource)")] }
        )
        if !left.isEmpty { value["left"] = .array(left.map { .string("\($0)") }) }
        return value
    }

    fileprivate var text: String {
        let notDone = left.isEmpty ? "" : ", \(left.count) not done"
        let why = error.map { "\n      \($0)" } ?? ""
        return "\(outcome.rawValue): \(changes.summary)\(notDone)\(why)"
    }
}

extension [ResourceChange] {
    /// How many objects changed in which way: `2 created, 1 unchanged`.
    var summary: String {
        let kinds: [Change] = [.created, .configured, .unchanged, .deleted, .skipped]
        let counts = kinds.map { kind in (kind, filter { $0.change == kind }.count) }.filter { $0.1 > 0 }
        return counts.isEmpty ? "no changes" : counts.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", ")
    }
}

extension StageOutcome {
    /// The exit code of the command.
    var exitCode: ExitCode {
        switch self {
        case .succeeded: .success
        case .partial: ExitCode(3)
        case .failed, .cancelled: .failure
        }
    }
}
