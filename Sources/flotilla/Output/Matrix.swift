import KubernetesAPI
import Manifests
import Stages

/// The live picture of a run: a row for each cluster, a column for each stage, and what each cluster waits for.
///
/// Events only change what is to be shown. One task draws that, at most ten times a second, so that a thousand clusters
/// do not wait for the terminal, nor for a user who has stopped it by Ctrl-S.
struct Matrix: Progress {
    private let state: Lock<MatrixState>

    init(_ state: MatrixState) {
        self.state = Lock(state)
    }

    func show(_ event: DeploymentEvent) {
        state.withLock { $0.apply(event) }
    }

    func drawing<Result: Sendable>(while body: () async throws -> Result) async throws -> Result {
        let result = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                repeat {
                    if Console.canDraw { draw() }
                } while (try? await Task.sleep(for: .milliseconds(100))) != nil
            }
            defer { group.cancelAll() }
            return try await body()
        }
        draw()
        return result
    }

    private func draw() {
        let (columns, rows) = Console.size
        Console.draw(state.withLock { $0.redraw(columns: columns, rows: rows) })
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
    private var isDrawn = false

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
        isDrawn = false
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
        case .routed, .waitStarted, .ready, .note: return
        case .finished(let report):
            set(Cell(report.outcome), target, column)
            details[target] = report.error ?? ""
        }
    }

    private mutating func set(_ cell: Cell, _ target: String, _ column: Int) {
        cells[target]?[column] = cell
    }

    /// The text that replaces the picture drawn before, empty when nothing has changed.
    mutating func redraw(columns: Int, rows: Int) -> String {
        guard !isDrawn else { return "" }
        let up = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        let lines = picture(columns: columns, rows: rows)
        drawnLines = lines.count
        isDrawn = true
        return up + lines.map { "\u{1B}[2K\($0)\n" }.joined() + "\u{1B}[J"
    }

    /// The picture, line by line, each no wider than the terminal, and no more than it has above the cursor.
    ///
    /// Where there are too many clusters, those that have failed or are at work are shown, and the others counted.
    func picture(columns: Int, rows: Int) -> [String] {
        let shown = targets(fitting: max(1, rows - 2))
        let first = (shown.map(\.count).max() ?? 0) + 2
        let titles = stages.map { $0.replacingPrefix("K8S_MULTI_").replacingPrefix("K8S_").lowercased() }
        let widths = titles.map { max($0.count, 11) + 2 }
        let head = "".padded(to: first) + zip(titles, widths).map { $0.padded(to: $1) }.joined()
        let lines = shown.map { target in
            let row = zip(cells[target] ?? [], widths).map { $0.text.padded(to: $1) }.joined()
            return target.padded(to: first) + row + (details[target] ?? "")
        }
        let rest = shown.count == targets.count ? [] : [summary(without: shown)]
        return ([head] + lines + rest).map { String($0.prefix(max(20, columns - 1))) }
    }

    /// The targets that have room in so many lines, in their order; one line is for the others when there are any.
    private func targets(fitting lines: Int) -> [String] {
        guard targets.count > lines else { return targets }
        let ranked = targets.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
        return ranked.prefix(max(1, lines - 1)).sorted { $0.offset < $1.offset }.map(\.element)
    }

    /// How many of the other targets have come how far.
    private func summary(without shown: [String]) -> String {
        let shown = Set(shown)
        let ranks = targets.filter { !shown.contains($0) }.map(rank)
        let words = ["failed", "running", "stopped", "waiting", "done"]
        let counts = words.enumerated().map { rank, word in (ranks.count { $0 == rank }, word) }.filter { $0.0 > 0 }
        return "and \(ranks.count) more: " + counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    /// How much a target wants to be seen, 0 being the most.
    private func rank(_ target: String) -> Int {
        let row = cells[target] ?? []
        if row.contains(.failed) { return 0 }
        if row.contains(where: \.isRunning) { return 1 }
        if row.contains(.cancelled) { return 2 }
        return row.allSatisfy { $0 == .succeeded } ? 4 : 3
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

    fileprivate var isRunning: Bool {
        guard case .running = self else { return false }
        return true
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
