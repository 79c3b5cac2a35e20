import KubernetesAPI
import Manifests
import Stages

/// The live picture of a run: a row for each cluster, a column for each stage, and what each cluster waits for.
struct Matrix: Progress {
    private let state: Lock<MatrixState>

    init(_ state: MatrixState) {
        self.state = Lock(state)
        self.state.withLock { Console.draw($0.redraw(width: Console.width)) }
    }

    func show(_ event: DeploymentEvent) {
        state.withLock { state in
            state.apply(event)
            Console.draw(state.redraw(width: Console.width))
        }
    }
}

/// What the matrix shows, apart from the terminal.
struct MatrixState {
    /// One stage on one cluster.
    enum Cell: Equatable {
        case waiting, running(done: Int, of: Int), succeeded, failed, cancelled
    }

    private var stages: [String]
    private let targets: [String]
    private var cells: [String: [Cell]] = [:]
    private var details: [String: String] = [:]
    private var drawnLines = 0

    /// A picture of what an earlier process has done, or of nothing.
    init(stages: [String], targets: [String], after earlier: RunProgress? = nil) {
        self.stages = stages
        self.targets = targets
        for target in targets {
            cells[target] = stages.indices.map { earlier?.stages[$0]?.done[target] == nil ? .waiting : .succeeded }
        }
    }

    /// Takes one event in; a rollback gets a column of its own when it begins.
    mutating func apply(_ event: DeploymentEvent) {
        switch event {
        case .stageStarted(let stage, let name):
            guard stage == stages.count else { return }
            stages.append(name)
            for target in targets { cells[target]?.append(.waiting) }
        case .target(let stage, let event): apply(event.kind, on: event.target, stage)
        case .note(let target, let text): details[target ?? targets.first ?? ""] = text
        case .stageFinished: return
        }
    }

    private mutating func apply(_ event: StageEvent.Kind, on target: String, _ column: Int) {
        guard let row = cells[target], row.indices.contains(column) else { return }
        switch event {
        case .planning: set(.running(done: 0, of: 0), target, column)
        case .planned(let steps): set(.running(done: 0, of: steps), target, column)
        case .changed(let change):
            if case .running(let done, let all) = row[column] { set(.running(done: done + 1, of: all), target, column) }
            details[target] = "\(change.resource.shortDescription) \(change.change.rawValue)"
        case .waiting(let key, let reason): details[target] = "\(key.shortDescription): \(reason)"
        case .routed, .note: return
        case .finished(let report):
            set(Cell(report.outcome), target, column)
            details[target] = report.error ?? ""
        }
    }

    private mutating func set(_ cell: Cell, _ target: String, _ column: Int) {
        cells[target]?[column] = cell
    }

    /// The text that replaces the picture drawn before.
    mutating func redraw(width: Int) -> String {
        let up = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        let lines = picture(width: width)
        drawnLines = lines.count
        return up + lines.map { "\u{1B}[2K\($0)\n" }.joined()
    }

    /// The picture, line by line, each no wider than the terminal.
    func picture(width: Int) -> [String] {
        let first = (targets.map(\.count).max() ?? 0) + 2
        let titles = stages.map { $0.replacingPrefix("K8S_MULTI_").replacingPrefix("K8S_").lowercased() }
        let widths = titles.map { max($0.count, 11) + 2 }
        let head = "".padded(to: first) + zip(titles, widths).map { $0.padded(to: $1) }.joined()
        let rows = targets.map { target in
            let row = zip(cells[target] ?? [], widths).map { $0.text.padded(to: $1) }.joined()
            return target.padded(to: first) + row + (details[target] ?? "")
        }
        return ([head] + rows).map { String($0.prefix(max(20, width - 1))) }
    }
}

extension MatrixState.Cell {
    fileprivate init(_ outcome: TargetOutcome) {
        switch outcome {
        case .succeeded: self = .succeeded
        case .failed: self = .failed
        case .cancelled: self = .cancelled
        }
    }

    fileprivate var text: String {
        switch self {
        case .waiting: "·"
        case .running(let done, let all): all == 0 ? "…" : "\(done)/\(all)"
        case .succeeded: "✓"
        case .failed: "✗ failed"
        case .cancelled: "stopped"
        }
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String) -> String {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
    }
}
