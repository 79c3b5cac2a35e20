import Manifests
import Rollouts
import Stages

/// The plan of a deployment for people: what is refused first, then each stage with what changes where.
extension PlanReport {
    /// The text; clusters in which a stage does the same are shown together.
    var text: String {
        let width = rows.map(\.name.count).max() ?? 0
        let head = """
            strategy  \(plan.decision.strategy == .pipeline ? "pipeline" : "quick sync")
            reason    \(plan.decision.text)
            versions  \(versions)
            stages

            """
        let list = rows.map { "  \($0.name.padded(to: width))  \($0.text)\n" }
        let parts = [head + list.joined(), refusals] + stages.map(\.text) + [end]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    var versions: String {
        guard !plan.versions.areSameEverywhere else { return plan.versions.all.text }
        return plan.versions.targets.map { "\($0.name): \($0.versions.text)" }.joined(separator: "; ")
    }

    private var refusals: String {
        let lines = stages.flatMap(\.refusals)
        guard !lines.isEmpty else { return "" }
        return "REFUSED: this deployment would fail\n" + lines.map { "  \($0)\n" }.joined()
    }

    /// What stays, and what a rollback would do.
    private var end: String {
        (outlook.staying + outlook.rollingBack).map { "\($0)\n" }.joined()
    }
}

extension StageForecast {
    /// Why clusters would refuse the stage, one line for each group of them and object.
    var refusals: [String] {
        guard !answers.isEmpty else { return [] }
        return ForecastGroup.groups(of: self).flatMap { group in
            group.objects.filter { $0.kind == .refused }.map { object in
                "\(group.targets.names): \(plan.stage): \(object.remarks.first ?? object.resource.shortDescription)"
            }
        }
    }

    /// The steps when no cluster was asked, else what changes.
    fileprivate var text: String {
        guard !answers.isEmpty else { return plan.text() }
        return ForecastGroup.groups(of: self).map { group in
            "\(plan.stage) on \(group.heading): \(group.summary)\n" + group.text(showingBodies: false)
                + group.notes.map { "  note: \($0)\n" }.joined()
        }.joined(separator: "\n")
    }
}

extension [ArtifactVersion] {
    var text: String {
        isEmpty
            ? "no images"
            : map { [$0.name, $0.version].filter { !$0.isEmpty }.joined(separator: " ") }.joined(separator: ", ")
    }
}
