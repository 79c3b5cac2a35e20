import Manifests
import Rollouts
import Stages

/// The printed forms of the plan of a deployment.
struct PlanReport {
    let plan: DeploymentPlan
    /// The user's stages, those of other plugins included.
    let pipeline: [PipelineStage]
    /// What the stages would do, the rollback left out.
    let stages: [StageForecast]
    /// What is to know beyond them.
    var outlook = PlanOutlook()

    /// Whether a stage would change anything; without answers every step counts that is no wait.
    var hasChanges: Bool { stages.contains(where: \.hasChanges) }

    /// The stable form.
    ///
    /// `{"strategy", "reason": {"code", "text"}, "versions": [{"name", "version", "url"}], "stages": [{"name", "index"}],
    /// "targets": [{"name", "reason", "versions", "stages": [{"stage", "steps", "counts"}]}], "stays", "staysUnknown", "rollback", "rollbackUnknown"}`
    var value: Value {
        var value: Value = [
            "strategy": .string(plan.decision.strategy.rawValue),
            "reason": reason(plan.decision.reason.code, plan.decision.text),
            "versions": plan.versions.all.value,
            "stages": .array(rows.map(\.value)),
            "targets": .array(targets),
        ]
        for member in outlook.value.mapping ?? [:] { value[member.key] = member.value }
        return value
    }

    private var targets: [Value] {
        let reasons = Dictionary(plan.decision.targets.map { ($0.name, $0.reason) }) { first, _ in first }
        let steps = stages.map(\.values)
        return plan.versions.targets.map { target in
            var value: Value = ["name": .string(target.name)]
            if let reason = reasons[target.name] { value["reason"] = self.reason(reason.code, "\(reason)") }
            value["versions"] = target.versions.value
            value["stages"] = .array(steps.compactMap { $0[target.name] })
            return value
        }
    }

    private func reason(_ code: String, _ text: String) -> Value {
        ["code": .string(code), "text": .string(text)]
    }
}

extension PlanReport {
    /// A stage in the list of stages: one of ours, or one of another plugin.
    enum Row {
        case ours(PlannedStage)
        case foreign(PipelineStage)

        var name: String {
            switch self {
            case .ours(let stage): stage.name.text
            case .foreign(let stage): stage.text
            }
        }

        var text: String {
            switch self {
            case .ours(let stage):
                (stage.isRollback ? "only after a failure: " : "") + stage.description
                    + stage.metadata.values.map { " (\($0))" }.joined()
            case .foreign: "of another plugin"
            }
        }

        var value: Value {
            switch self {
            case .ours(let stage):
                [
                    "name": .string(stage.name.text), "index": .int(stage.index), "rollback": .bool(stage.isRollback),
                    "description": .string(stage.description),
                    "metadata": .mapping(Mapping(stage.metadata.map { ($0.key, .string($0.value)) })),
                ]
            case .foreign(let stage):
                ["name": .string(stage.text), "index": .int(stage.index), "foreign": true]
            }
        }
    }

    /// The stages in the order in which they run.
    var rows: [Row] {
        guard plan.decision.strategy == .pipeline else { return plan.stages.map(Row.ours) }
        let ours = Dictionary(plan.stages.filter { !$0.isRollback }.map { ($0.index, $0) }) { first, _ in first }
        return pipeline.map { stage in ours[stage.index].map(Row.ours) ?? .foreign(stage) }
            + plan.stages.filter(\.isRollback).map(Row.ours)
    }
}

extension StageForecast {
    fileprivate var hasChanges: Bool {
        guard !answers.isEmpty else {
            return plan.clusters.contains { $0.steps.contains { $0.action != "waitUntilReady" } }
        }
        return answers.contains { $0.answers.contains(where: \.isChange) }
    }

    /// What the stage does, by target.
    fileprivate var values: [String: Value] {
        let targets = plan.value(answers)["targets"]?.array ?? []
        let groups = answers.isEmpty ? [] : ForecastGroup.groups(of: self)
        let counts: [String: Value] = groups.reduce(into: [:]) { counts, group in
            let value = Value.mapping(Mapping(group.counts.map { ($0.kind.rawValue, .int($0.count)) }))
            for target in group.targets { counts[target] = value }
        }
        return targets.reduce(into: [:]) { values, target in
            guard let name = target["name"]?.string else { return }
            var fields: Mapping = ["stage": .string(plan.stage)]
            for member in target.mapping ?? [:] where member.key != "name" { fields[member.key] = member.value }
            if let counts = counts[name] { fields["counts"] = counts }
            values[name] = .mapping(fields)
        }
    }
}

extension DryRunAnswer {
    /// Whether something would differ afterwards apart from the mark of the commit, as far as anyone can tell.
    fileprivate var isChange: Bool {
        switch outcome {
        case .change(.unchanged, _), .change(.skipped, _), .refused: false
        case .change(.configured, let differences): !differences.allSatisfy(\.isMark)
        case .change, .unknown: true
        }
    }
}

extension [ArtifactVersion] {
    fileprivate var value: Value {
        .array(map { ["name": .string($0.name), "version": .string($0.version), "url": .string($0.url)] })
    }
}
