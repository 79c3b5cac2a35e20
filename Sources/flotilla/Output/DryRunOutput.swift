import Manifests
import Stages

/// The printed forms of what clusters answer to a dry run.
extension [TargetDryRun] {
    /// The answers of a target, by object.
    func of(_ target: String) -> [ResourceKey: DryRunAnswer] {
        let answers = first { $0.target == target }?.answers ?? []
        return Dictionary(answers.map { ($0.resource, $0) }) { first, _ in first }
    }
}

extension DryRunAnswer {
    /// Adds the answer to the stable form of a step.
    func add(to step: inout Value) {
        switch outcome {
        case .change(let change, let differences):
            step["change"] = .string(change.rawValue)
            if !differences.isEmpty { step["differences"] = .array(differences.map(\.value)) }
        case .unknown(let reason): step["unknown"] = .string(reason)
        case .refused(let reason): step["refused"] = .string(reason)
        }
        if let assumption { step["assumed"] = .string(assumption) }
        if !notes.isEmpty { step["notes"] = .array(notes.map(Value.string)) }
    }

    /// The form for people: behind the step, each field on a line of its own.
    var text: String {
        switch outcome {
        case .change(let change, let differences):
            ": \(change.rawValue)\(assumption.map { " (\($0))" } ?? "")"
                + differences.filter { !$0.isMark }.map { "\n      \($0.text)" }.joined()
        case .unknown(let reason): ": unknown: \(reason)"
        case .refused(let reason): ": REFUSED\n      \(reason)"
        }
    }
}

extension FieldDifference {
    fileprivate var value: Value {
        var value: Value = ["path": .string(path)]
        if let before { value["before"] = before }
        if let after { value["after"] = after }
        return value
    }

    fileprivate var text: String {
        switch (before, after) {
        case (let before?, let after?): "~ \(path): \(before.short) -> \(after.short)"
        case (let before?, nil): "- \(path): \(before.short)"
        case (nil, let after?): "+ \(path): \(after.short)"
        case (nil, nil): path
        }
    }
}
