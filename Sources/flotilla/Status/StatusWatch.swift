import KubernetesAPI
import Manifests
import Stages

/// Shows the status of an application again whenever something changes.
struct StatusWatch: Sendable {
    private let reading: StatusReading
    private let output: OutputFormat
    private let folds: Bool
    private let stop = StopSignal()

    init(_ reading: StatusReading, output: OutputFormat, folds: Bool) {
        self.reading = reading
        self.output = output
        self.folds = folds
    }

    /// Shows it until Ctrl-C.
    ///
    /// - Throws: What keeps it from being shown at all.
    func run() async throws {
        do {
            try await withInterrupt(stop, telling: { _ in }) {
                try await stop.aborting { try await show() }
            }
        } catch is CancellationError where stop.isRequested {
            return
        }
    }

    private func show() async throws {
        guard output == .text, Console.isOutputTerminal else {
            return try await follow { report in
                let text = StatusText(report: report, style: .output, folds: folds).text
                output.print(report.value, text: "\(report.time.wholeSeconds)\n\(text)\n")
            }
        }
        let screen = Lock(StatusScreen(folds: folds))
        try await StatusScreen.onTerminal {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await follow { report in
                        screen.withLock { $0.report = report }
                    }
                }
                group.addTask {
                    while true {
                        let size = Console.outputSize
                        let text = screen.withLock { $0.redraw(columns: size.columns, rows: size.rows, now: .now) }
                        if !text.isEmpty { Console.drawOutput(text) }
                        try await Task.sleep(for: .milliseconds(100))
                    }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    /// Watches the clusters, and passes on what has changed.
    private func follow(_ body: @escaping @Sendable (StatusReport) -> Void) async throws {
        let store = LiveStateStore(connections: reading.session.connections)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await store.run() }
            defer { group.cancelAll() }
            try await follow(store, body)
        }
    }

    private func follow(_ store: LiveStateStore, _ body: (StatusReport) -> Void) async throws {
        let session = reading.session
        var last: (results: [Result<LiveState, LiveStateError>], content: StatusReport.Content)?
        var memory = DriftMemory()
        while true {
            let states = try await store.states(
                of: session.application,
                identity: session.identity,
                on: reading.targets,
                manifests: session.manifests
            ).answers
            let due = reading.comparesWithGit ? memory.due(states, at: .now) : []
            if !due.isEmpty { memory.learn(try await reading.drift(of: due), of: due, at: .now) }
            let results = states.map(\.result)
            if !due.isEmpty || last?.results != results {
                let report = reading.report(of: states, memory.drifts, at: .now)
                let content = report.content
                if content != last?.content { body(report) }
                last = (results, content)
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}

extension StatusReport {
    /// What a change of is worth showing: everything but the time.
    struct Content: Hashable {
        fileprivate let value: Value
    }

    /// What the report says, without its time.
    var content: Content {
        var value = value
        value["time"] = nil
        return Content(value: value)
    }
}

/// What is on the terminal while the status is watched, apart from the terminal.
struct StatusScreen {
    private let folds: Bool
    private var drawn: [String] = []
    private var size: (columns: Int, rows: Int) = (0, 0)

    /// What is to be shown; `nil` before the clusters were looked at.
    var report: StatusReport?

    init(folds: Bool) {
        self.folds = folds
    }

    /// The text that makes the picture on the terminal the current one; empty when it is.
    ///
    /// Only lines that differ are drawn. Where the picture is higher than the terminal, a line says how much is left out.
    mutating func redraw(columns: Int, rows: Int, now: Moment) -> String {
        let isResized = size != (columns, rows)
        size = (columns, rows)
        let lines = picture(columns: columns, rows: rows, now: now)
        var text = isResized ? "\u{1B}[2J" : ""
        let old = isResized ? [] : drawn
        for index in 0..<max(lines.count, old.count) {
            let line = index < lines.count ? lines[index] : ""
            if index < old.count, old[index] == line { continue }
            text += "\u{1B}[\(index + 1);1H\(line)\u{1B}[K"
        }
        drawn = lines
        return text
    }

    private func picture(columns: Int, rows: Int, now: Moment) -> [String] {
        guard let report else { return ["looking at the clusters …"] }
        var style = TextStyle.output
        // The last column stays empty, since some terminals begin a new line after it.
        style.columns = columns - 1
        let lines = lines(report.clusters, style, now)
        let last = "last change at \(report.time.timeOfDay) UTC; Ctrl-C ends"
        let room = max(1, rows - 2)
        guard lines.count > room else { return lines + ["", style.paint(last, .quiet)] }
        // Where not all fit, those that are not well come first.
        let ordered = report.clusters.filter { !$0.isGood } + report.clusters.filter(\.isGood)
        let rest = "\(lines.count - room) more lines do not fit; \(last)"
        return self.lines(ordered, style, now).prefix(room) + ["", style.paint(rest, .quiet)]
    }

    private func lines(_ clusters: [ClusterStatus], _ style: TextStyle, _ now: Moment) -> [String] {
        guard let report else { return [] }
        let current = StatusReport(
            application: report.application,
            commit: report.commit,
            time: now,
            clusters: clusters
        )
        return StatusText(report: current, style: style, folds: folds).lines
    }

    /// Runs a body while the terminal shows a screen of its own, and restores the terminal afterwards.
    static func onTerminal(_ body: () async throws -> Void) async throws {
        Console.drawOutput("\u{1B}[?1049h\u{1B}[?25l")
        defer { Console.drawOutput("\u{1B}[?25h\u{1B}[?1049l") }
        try await body()
    }
}

extension Moment {
    /// The time of the day, to the second.
    var timeOfDay: String { String(wholeSeconds.dropFirst(11).prefix(8)) }
}
