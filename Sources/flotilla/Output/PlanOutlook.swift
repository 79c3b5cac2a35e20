import Manifests
import Stages

/// What is to know beyond the stages of a plan: what they leave behind, and what a rollback would do after them.
struct PlanOutlook {
    /// Objects that are no longer in Git and that no stage removes, by the targets where they stay; `nil` when they were not
    /// looked for, or not found out.
    var stays: [(targets: [String], resources: [ResourceKey])]?
    /// Why that is not known, when it was looked for.
    var searchFailure: String?
    /// What the rollback would do, when a failure after all stages called for it.
    var rollback: StageForecast?
    /// Why nobody can tell.
    var rollbackFailure: String?

    /// What stays, one line for each group of targets.
    var staying: [String] {
        (stays ?? []).map { group in
            let objects = group.resources.map(\.shortDescription).joined(separator: ", ")
            return "stays on \(group.targets.names), because prune is off: \(objects)"
        } + (searchFailure.map { ["what is no longer in Git and stays is not known: \($0)"] } ?? [])
    }

    /// The rollback, one line for each group of targets.
    var rollingBack: [String] {
        if let rollbackFailure { return ["a rollback after these stages cannot be foretold: \(rollbackFailure)"] }
        guard let rollback else { return [] }
        return ForecastGroup.groups(of: rollback).map { group in
            "\(rollback.plan.stage) after all of that, on \(group.heading): \(group.summary)"
        }
    }

    /// `{"stays": [{"targets", "resources"}], "staysUnknown", "rollback": {"stage", "targets"}, "rollbackUnknown"}`; a reason why something
    /// is unknown stands in its place, and what was not looked for is left out.
    var value: Value {
        var value: Value = [:]
        if let stays {
            value["stays"] = .array(
                stays.map { group in
                    [
                        "targets": .array(group.targets.map(Value.string)),
                        "resources": .array(group.resources.map { .string("\($0)") }),
                    ]
                }
            )
        }
        if let searchFailure { value["staysUnknown"] = .string(searchFailure) }
        if let rollback { value["rollback"] = rollback.plan.value(rollback.answers) }
        if let rollbackFailure { value["rollbackUnknown"] = .string(rollbackFailure) }
        return value
    }
}
