import Manifests
import Stages

/// Shows the events of stages as they happen.
protocol Progress: Sendable {
    /// Takes one event; called from several tasks at once.
    func show(_ event: StageEvent)
}

/// The display that suits the place where messages go.
func makeProgress(stages: [String], targets: [String]) -> any Progress {
    Console.isTerminal ? Matrix(stages: stages, targets: targets) : Lines()
}

/// One line for each event.
struct Lines: Progress {
    func show(_ event: StageEvent) {
        guard let text = event.kind.line else { return }
        Console.error("\(event.target): \(event.stage): \(text)")
    }
}

extension StageEvent.Kind {
    /// What a log says about the event, `nil` when nothing.
    fileprivate var line: String? {
        switch self {
        case .planning: nil
        case .planned(let steps): String.count(steps, "step")
        case .changed(let change): "\(change.resource.shortDescription) \(change.change.rawValue)"
        case .waiting(let key, let reason): "waiting for \(key.shortDescription): \(reason)"
        case .note(let text): text
        case .finished(let report): "\(report.outcome.rawValue): \(report.error ?? report.changes.summary)"
        }
    }
}
