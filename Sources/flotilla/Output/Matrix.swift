import KubernetesAPI
import Manifests
import Stages

/// The live picture of a run: a row for each cluster, a column for each stage, and what each cluster waits for.
struct Matrix: Progress {
    private let state: Lock<MatrixState>

    init(stages: [String], targets: [String]) {
        state = Lock(MatrixState(stages: stages, targets: targets))
        state.withLock { Console.draw($0.redraw(width: Console.width)) }
    }

    func show(_ event: StageEvent) {
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

    private let stages: [String]
    private let targets: [String]
    private var cells: [String: [Cell]] = [:]
    private var details: [String: String] = [:]
    private var drawnLines = 0

    init(stages: [String], targets: [String]) {
        self.stages = stages
        self.targets = targets
        for target in targets { cells[target] = stages.map { _ in .waiting } }
    }

    /// Takes one event in.
    ///
    /// A stage name that is there twice counts as the next one of that name after the stage that ran before.
    mutating func apply(_ event: StageEvent) {
        guard let column = column(of: event) else { return }
        let cell = cells[event.target]?[column] ?? .waiting
        switch event.kind {
        case .planning: set(.running(done: 0, of: 0), event.target, column)
        case .planned(let steps): set(.running(done: 0, of: steps), event.target, column)
        case .changed(let change):
            if case .running(let done, let all) = cell { set(.running(done: done + 1, of: all), event.target, column) }
            details[event.target] = "\(change.resource.shortDescription) \(change.change.rawValue)"
        case .waiting(let key, let reason): details[event.target] = "\(key.shortDescription): \(reason)"
        case .note: return
        case .finished(let report):
            set(Cell(report.outcome), event.target, column)
            details[event.target] = report.error ?? ""
        }
    }

    private func column(of event: StageEvent) -> Int? {
        let row = cells[event.target] ?? []
        return zip(stages, row).enumerated().first { _, pair in
            pair.0 == event.stage && ![.succeeded, .failed, .cancelled].contains(pair.1)
        }?.offset
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
