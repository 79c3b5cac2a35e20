package import Manifests

extension StageReport {
    /// The stable form: `{"stage", "outcome", "targets": [{"name", "outcome", "error", "changes", "left"}], "problems"}`.
    package var value: Value {
        var value: Value = [
            "stage": .string(stage),
            "outcome": .string(outcome.rawValue),
            "targets": .array(targets.map(\.value)),
        ]
        if !problems.isEmpty { value["problems"] = .array(problems.map(Value.string)) }
        return value
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
}
