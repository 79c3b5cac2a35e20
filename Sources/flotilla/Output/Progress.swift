import Manifests
import Rollouts
import Stages

/// Shows what happens in a run as it happens.
protocol Progress: Sendable {
    /// Takes one event; called from several tasks at once.
    func show(_ event: DeploymentEvent)
    /// Runs a body, and draws what it shows meanwhile.
    func drawing<Result: Sendable>(while body: () async throws -> Result) async throws -> Result
}

extension Progress {
    func drawing<Result: Sendable>(while body: () async throws -> Result) async throws -> Result {
        try await body()
    }
}

/// The display that suits the place where messages go; what an earlier process has done counts as done.
func makeProgress(for deployment: Deployment, after earlier: RunProgress?) -> any Progress {
    guard Console.isTerminal else { return Lines() }
    let stages = deployment.stages.map(\.stage.text)
    return Matrix(MatrixState(stages: stages, targets: deployment.targets.map(\.name), after: earlier))
}

/// One line for each event.
struct Lines: Progress {
    func show(_ event: DeploymentEvent) {
        switch event {
        case .stageStarted, .stageFinished: return
        case .note(let target, let text): Console.error([target, text].compactMap { $0 }.joined(separator: ": "))
        case .target(_, let event):
            guard let text = event.kind.line else { return }
            Console.error("\(event.target): \(event.stage): \(text)")
        }
    }
}

extension StageEvent.Kind {
    /// What a log says about the event, `nil` when nothing: what was routed was changed, too.
    fileprivate var line: String? {
        switch self {
        case .planning, .routed, .waitStarted, .ready: nil
        case .planned, .changed, .waiting, .note, .finished: text
        }
    }
}
