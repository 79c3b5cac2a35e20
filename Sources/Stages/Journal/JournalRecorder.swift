import KubernetesAPI
import Manifests
import Rollouts

/// Writes the events of a run into its journal.
package final class JournalRecorder: Sendable {
    private let journal: Journal
    private let earlier: RunProgress?
    private let now: @Sendable () -> Moment
    private let onFailure: @Sendable (String) -> Void
    private let state = Lock(State())

    private struct State {
        /// The targets that the current stage has ended on.
        var finished: Set<String> = []
        var hasTold = false
    }

    /// A recorder.
    ///
    /// - Parameters:
    ///   - journal: Where lines go.
    ///   - earlier: What lines of earlier processes tell.
    ///   - now: The time of the lines.
    ///   - onFailure: Told once when lines cannot be written any more.
    package init(
        _ journal: Journal,
        after earlier: RunProgress? = nil,
        now: @escaping @Sendable () -> Moment = { .now },
        onFailure: @escaping @Sendable (String) -> Void
    ) {
        self.journal = journal
        self.earlier = earlier
        self.now = now
        self.onFailure = onFailure
    }

    /// Writes what happened; called from several tasks at once.
    package func record(_ event: DeploymentEvent) {
        switch event {
        case .stageStarted(let stage, let name):
            state.withLock { $0.finished = [] }
            write(.stageStarted(stage: stage, name: name))
        case .target(let stage, let event):
            record(event.kind, at: JournalRecord.Place(stage: stage, target: event.target))
        case .note(let target, let text):
            write(.note(nil, target.map { "\($0): \(text)" } ?? text))
        case .stageFinished(let stage, let report, let isStopped):
            // A target that never started is in no event of its own; one that was done before has its lines.
            let done = earlier?.stages[stage]?.done.keys.map(\.self) ?? []
            let finished = state.withLock { $0.finished }.union(done)
            for target in report.targets where !finished.contains(target.target) {
                finish(target, at: JournalRecord.Place(stage: stage, target: target.target))
            }
            write(
                .stageFinished(
                    JournalRecord.StageEnd(
                        stage: stage,
                        outcome: report.outcome,
                        problems: report.problems,
                        isStopped: isStopped
                    )
                )
            )
        }
    }

    /// Writes that the run goes on here.
    package func resume() {
        write(.runResumed)
    }

    /// Writes how the run ended, or that it was interrupted.
    package func finish(_ report: DeploymentReport) {
        write(report.isInterrupted ? .runInterrupted : .runFinished(report.outcome))
    }

    private func record(_ event: StageEvent.Kind, at place: JournalRecord.Place) {
        switch event {
        case .planning: write(.targetStarted(place))
        case .waitStarted(let deadline): write(.waitStarted(place, until: now() + deadline))
        case .waiting(let key, let reason): write(.waiting(place, key, reason: reason))
        case .ready(let key): write(.ready(place, key))
        case .planned(let steps): write(.targetPlanned(place, steps: steps))
        case .changed(let change): write(.objectChanged(place, change))
        case .routed(let route, let weights):
            let named = Dictionary(weights.map { ($0.key.rawValue, $0.value) }) { $1 }
            write(.trafficRouted(place, route, weights: named))
        case .note(let text): write(.note(place, text))
        case .finished(let report): finish(report, at: place)
        }
    }

    private func finish(_ report: TargetReport, at place: JournalRecord.Place) {
        state.withLock { _ = $0.finished.insert(report.target) }
        write(.targetFinished(place, report.outcome, error: report.error, left: report.left))
    }

    private func write(_ event: JournalRecord.Event) {
        journal.append(JournalRecord(time: now(), event: event))
        guard let failure = journal.failure else { return }
        let isNew = state.withLock { state in
            defer { state.hasTold = true }
            return !state.hasTold
        }
        if isNew { onFailure("\(JournalError(path: journal.path, .system(failure)))") }
    }
}
