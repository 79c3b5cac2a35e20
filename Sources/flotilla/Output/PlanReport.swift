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

    /// Whether a stage would change anything; without answers every step counts that is no wait.
    var hasChanges: Bool { stages.contains(where: \.hasChanges) }

    /// The stable form.
    ///
    /// `{"strategy", "reason": {"code", "text"}, "versions": [{"name", "version", "url"}], "stages": [{"name", "index"}],
    /// "targets": [{"name", "reason", "versions", "stages": [{"stage", "steps"}]}]}`
    var value: Value {
        [
            "strategy": .string(plan.decision.strategy.rawValue),
            "reason": reason(plan.decision.reason.code, plan.decision.text),
            "versions": plan.versions.all.value,
            "stages": .array(rows.map(\.value)),
            "targets": .array(targets),
        ]
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

    /// The form for people: clusters with the same steps are shown together.
    var text: String {
        let width = rows.map(\.name.count).max() ?? 0
        let head = """
            strategy  \(plan.decision.strategy == .pipeline ? "pipeline" : "quick sync")
            reason    \(plan.decision.text)
            versions  \(versions)
            stages

            """
        let list = rows.map { "  \($0.name.padded(to: width))  \($0.text)\n" }
        return head + list.joined() + "\n" + stages.map { $0.plan.text($0.answers) }.joined(separator: "\n")
    }

    private var versions: String {
        guard !plan.versions.areSameEverywhere else { return plan.versions.all.text }
        return plan.versions.targets.map { "\($0.name): \($0.versions.text)" }.joined(separator: "; ")
    }
}

extension PlanReport {
    /// A stage in the list of stages: one of ours, or one of another plugin.
    fileprivate enum Row {
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
    fileprivate var rows: [Row] {
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
        return targets.reduce(into: [:]) { values, target in
            guard let name = target["name"]?.string else { return }
            var fields: Mapping = ["stage": .string(plan.stage)]
            for member in target.mapping ?? [:] where member.key != "name" { fields[member.key] = member.value }
            values[name] = .mapping(fields)
        }
    }
}

extension DryRunAnswer {
    /// Whether something would differ afterwards apart from the mark of the commit, as far as anyone can tell.
    fileprivate var isChange: Bool {
        switch outcome {
        case .change(.unchanged, _), .change(.skipped, _), .refused: false
        case .change(.configured, let differences): !differences.allSatisfy(\.isCommit)
        case .change, .unknown: true
        }
    }
}

extension [ArtifactVersion] {
    fileprivate var value: Value {
        .array(map { ["name": .string($0.name), "version": .string($0.version), "url": .string($0.url)] })
    }

    fileprivate var text: String {
        isEmpty
            ? "no images"
            : map { [$0.name, $0.version].filter { !$0.isEmpty }.joined(separator: " ") }.joined(separator: ", ")
    }
}
