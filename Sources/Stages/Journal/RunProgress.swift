import Manifests

/// How far a run has come, as its journal tells it.
package struct RunProgress: Sendable {
    /// How far a stage has come.
    package struct StageProgress: Sendable {
        /// The stage as the user wrote its name.
        fileprivate(set) var name = ""
        /// The last report of each target that the stage ended on.
        private(set) var targets: [String: TargetReport] = [:]
        /// How it ended on all targets.
        fileprivate(set) var end: JournalRecord.StageEnd?
        private var changes: [String: [ResourceChange]] = [:]

        /// Whether it needs not be run again: it has succeeded, or has failed for good.
        package var isOver: Bool { end.map { $0.outcome == .succeeded || !$0.isStopped } ?? false }

        /// The reports of the targets that need no more work.
        package var done: [String: TargetReport] { targets.filter { $0.value.outcome == .succeeded } }

        /// The report, its targets in an order; those of other names come last.
        func report(order: [String]) -> StageReport {
            let others = targets.keys.filter { !order.contains($0) }.sorted()
            return StageReport(
                stage: name,
                targets: (order + others).compactMap { targets[$0] },
                problems: end?.problems ?? []
            )
        }

        fileprivate mutating func plan(_ target: String) {
            changes[target] = []
        }

        fileprivate mutating func note(_ change: ResourceChange, _ target: String) {
            changes[target, default: []].append(change)
        }

        fileprivate mutating func finish(
            _ target: String,
            _ outcome: TargetOutcome,
            _ error: String?,
            _ left: [ResourceKey]
        ) {
            let changes = changes.removeValue(forKey: target) ?? []
            targets[target] = TargetReport(
                target: target,
                outcome: outcome,
                error: error,
                changes: changes,
                left: left
            )
        }
    }

    /// What the run is about.
    package let header: RunHeader
    /// The stages that have begun, by number.
    package private(set) var stages: [Int: StageProgress] = [:]
    /// How the run ended; `nil` when it is not over.
    package private(set) var outcome: StageOutcome?

    /// The progress of a run that has just begun.
    package init(_ header: RunHeader) {
        self.header = header
    }

    /// The progress that a journal tells.
    ///
    /// - Throws: `JournalError.Reason` when it does not begin with what the run is about.
    package init(_ records: [JournalRecord]) throws {
        guard case .runStarted(let header) = records.first?.event else { throw JournalError.Reason.notStarted }
        self.init(header)
        for record in records.dropFirst() { apply(record.event) }
    }

    private mutating func apply(_ event: JournalRecord.Event) {
        switch event {
        case .runStarted, .runResumed, .runInterrupted, .trafficRouted, .note: return
        case .targetStarted, .waitStarted, .waiting, .ready: return
        case .stageStarted(let stage, let name):
            stages[stage, default: StageProgress()].name = name
            stages[stage]?.end = nil
        case .targetPlanned(let place, _): stages[place.stage]?.plan(place.target)
        case .objectChanged(let place, let change): stages[place.stage]?.note(change, place.target)
        case .targetFinished(let place, let outcome, let error, let left):
            stages[place.stage]?.finish(place.target, outcome, error, left)
        case .stageFinished(let end): stages[end.stage]?.end = end
        case .runFinished(let outcome): self.outcome = outcome
        }
    }
}
