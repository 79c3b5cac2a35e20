import Logging
import Manifests
import Stages

/// What is kept of a stage that has ended.
struct StageResult: Sendable {
    /// What was shown on the stage before it ran.
    let planned: String?
    let report: StageReport

    /// What is shown on the stage.
    var displayText: String {
        planned.map { "\($0); \(report.displayText)" } ?? report.displayText
    }
}

extension PipedClient {
    /// Keeps how a stage ended in its metadata: a text for the web UI, and the report that `flotilla stage -o json` prints.
    ///
    /// They are small, since piped's control plane keeps them in one document with the deployment and all its stages, for
    /// which some of its data stores have room for 1 MiB. A failure is noted and no more.
    func keep(_ result: StageResult, of stage: StageAddress) async {
        var values = ["pipecd/stage-display-metadata": result.displayText]
        if let text = result.report.keptText { values["flotilla/report"] = text }
        do {
            try await putStageMetadata(values, of: stage)
        } catch {
            logger.warning(
                "the result of the stage is not shown in the web UI: \(error)",
                metadata: ["deployment": "\(stage.deployment)", "stage": "\(stage.stage)"]
            )
        }
    }
}

extension StageReport {
    /// How each cluster ended, in short: `eu: succeeded, us: failed`; of many clusters those that did not succeed.
    var displayText: String {
        let rows = targets.map { "\($0.target): \($0.outcome.rawValue)" }
        guard rows.count > 10 else { return rows.isEmpty ? outcome.rawValue : rows.joined(separator: ", ") }
        let others = targets.filter { $0.outcome != .succeeded }
        let summary = "\(targets.count - others.count) of \(targets.count) succeeded"
        guard !others.isEmpty else { return summary }
        return "\(summary), \(others.map { "\($0.target): \($0.outcome.rawValue)" }.listed(atMost: 10))"
    }

    /// The report as JSON, without the single changes when it would be too long, `nil` when it still is.
    fileprivate var keptText: String? {
        let short = StageReport(
            stage: stage,
            targets: targets.map { TargetReport(target: $0.target, outcome: $0.outcome, error: $0.error) },
            problems: problems
        )
        return [self, short].lazy.map { $0.value.jsonText() }.first { $0.utf8.count <= 8 << 10 }
    }
}
