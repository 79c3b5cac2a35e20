import FoundationEssentials
import Manifests
import PipedAPI
import Stages

/// Puts into words what a proposed version would change.
struct PreviewText {
    typealias Target = (target: String, outcome: DeploymentPreview.Outcome)

    /// The most bytes that all details have together; when they have more, each is cut to its share.
    let detailsLimit: Int

    /// One result for each target, in their order, with what the clusters say where they were asked.
    func results(_ targets: [Target], _ live: [String: LiveOutcome] = [:]) -> [PipedPlanPreviewResult] {
        let details = targets.map { target in
            Self.details(target.outcome) + (live[target.target].map { Self.details(target.outcome, $0) } ?? "")
        }
        let isTooLong = details.reduce(0) { $0 + $1.utf8.count } > detailsLimit
        return zip(targets, details).map { target, text in
            var result = PipedPlanPreviewResult()
            result.deployTarget = target.target
            (result.summary, result.noChange) = Self.summary(target.outcome)
            result.details = Data((isTooLong ? Self.cut(text, to: detailsLimit / details.count) : text).utf8)
            result.diffLanguage = "diff"
            return result
        }
    }

    private static func summary(_ outcome: DeploymentPreview.Outcome) -> (String, noChange: Bool) {
        switch outcome {
        case .compared(let comparison, _) where comparison.isEmpty: return ("No changes were detected", true)
        case .compared(let comparison, _):
            let counts = [
                "\(comparison.added.count) added", "\(comparison.changed.count) changed",
                "\(comparison.deleted.count) deleted",
            ]
            return (counts.map { "\($0) manifests" }.joined(separator: ", "), false)
        case .notDeployed:
            return ("No changes: no entry of input.multiTargets is for this deploy target", true)
        case .noLongerDeployed(let comparison):
            let objects = comparison.deleted.count == 1 ? "1 object stays" : "\(comparison.deleted.count) objects stay"
            return ("No longer deployed here, by input.multiTargets: \(objects) in the cluster", false)
        case .badTarget(let lines): return ("Failed to load target manifests: \(first(lines))", false)
        case .badRunning(let lines): return ("Failed to load running manifests: \(first(lines))", false)
        }
    }

    private static func first(_ lines: [String]) -> String {
        let rest = lines.count > 1 ? " (and \(lines.count - 1) more)" : ""
        return (lines.first ?? "").inOneLine(limit: 500) + rest
    }

    private static func details(_ outcome: DeploymentPreview.Outcome) -> String {
        switch outcome {
        case .compared(let comparison, let deletion):
            comparison.text() + (comparison.deleted.isEmpty ? "" : "\(deletion.text)\n")
        case .noLongerDeployed(let comparison):
            comparison.text()
                + "The deleted manifests' objects stay in the cluster, because nothing is deployed to it.\n"
        case .notDeployed: ""
        case .badTarget(let lines), .badRunning(let lines):
            lines.count > 1 ? lines.map { "\($0)\n" }.joined() : ""
        }
    }

    private static func details(_ outcome: DeploymentPreview.Outcome, _ live: LiveOutcome) -> String {
        guard case .compared(let comparison, _) = outcome else { return "" }
        return LivePreviewText(comparison: comparison, outcome: live).text
    }

    /// The first lines of a text, and how many are not there.
    static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        var (kept, size) = ("", 0)
        for (index, line) in lines.enumerated() {
            size += line.utf8.count + 1
            guard size > limit else {
                kept += "\(line)\n"
                continue
            }
            return kept
                + "... (omitted \(lines.count - index) of \(lines.count) lines: the answer would be too large)\n"
        }
        return kept
    }
}

extension DeploymentPreview.Deletion {
    /// What becomes of objects that are no longer in Git.
    fileprivate var text: String {
        switch self {
        case .always: "The deleted manifests' objects are deleted from the cluster, because prune is on."
        case .never: "The deleted manifests' objects stay in the cluster, because prune is off."
        case .byQuickSync:
            "The deleted manifests' objects are deleted from the cluster by a quick sync only: the pipeline does not prune."
        case .byPipeline:
            "The deleted manifests' objects are deleted from the cluster by the pipeline only: quick sync does not prune."
        }
    }
}
