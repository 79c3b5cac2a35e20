import Manifests
import Rollouts
import Stages

/// Puts into words what the cluster of one target says to a proposed version: only what comparing the files does not show.
struct LivePreviewText {
    /// What differs between the files of the two versions.
    let comparison: ManifestComparison
    let outcome: LiveOutcome

    var text: String {
        switch outcome {
        case .silent(let reason): "In the cluster: not known, \(reason.inOneLine(limit: 1000))\n"
        case .failing(let reason): "! In the cluster: the deployment would FAIL: \(reason)\n"
        case .foretold(let strategy, let stages):
            "In the cluster, by \(strategy == .pipeline ? "pipeline" : "quick sync"):\n"
                + stages.map { text(of: $0) }.joined()
        }
    }

    private func text(of stage: StageForecast) -> String {
        let bringsPrimary = StageName(stage.plan.stage).map { [.sync, .primaryRollout].contains($0.kind) } ?? false
        return ForecastGroup.groups(of: stage).map { group in
            let head = "  \(stage.plan.stage): \(group.summary)\n"
            guard bringsPrimary else { return head + group.text(showingBodies: false, where: \.isNews) }
            return head + fulfilled(in: group) + drifted(in: group)
                + group.text(showingBodies: false) { $0.isNews || isDrifted($0) }
        }.joined()
    }

    /// What the commit changes and the cluster has already.
    private func fulfilled(in group: ForecastGroup) -> String {
        let quiet = group.objects.filter { [.unchanged, .marked].contains($0.kind) }
        return line("already as wanted", quiet.filter(isChangedInGit))
    }

    /// What the commit does not change and the deployment does.
    private func drifted(in group: ForecastGroup) -> String {
        line("not as Git had it, and put right", group.objects.filter(isDrifted))
    }

    private func line(_ word: String, _ objects: [ObjectForecast]) -> String {
        guard !objects.isEmpty else { return "" }
        return "    \(word): \(objects.map(\.resource.shortDescription).joined(separator: ", "))\n"
    }

    private func isDrifted(_ object: ObjectForecast) -> Bool {
        [.created, .configured].contains(object.kind) && !isChangedInGit(object)
            && object.resource.groupKind != GroupKind(kind: "Namespace")
    }

    private func isChangedInGit(_ object: ObjectForecast) -> Bool {
        (comparison.added + comparison.changed.map(\.key)).contains { $0.isWrittenForm(of: object.resource) }
    }
}

extension ObjectForecast {
    /// Whether comparing the files does not show it: a refusal, a deletion of what is there now, what is said beside a change.
    fileprivate var isNews: Bool {
        let isDeletion = kind == .deleted && assumption == nil
        return isDeletion || [.refused, .unknown, .skipped].contains(kind) || !remarks.isEmpty
    }
}

extension ResourceKey {
    /// Whether a key in Git, where the namespace may be left out, can mean the object.
    fileprivate func isWrittenForm(of live: ResourceKey) -> Bool {
        groupKind == live.groupKind && name == live.name && (namespace == nil || namespace == live.namespace)
    }
}
