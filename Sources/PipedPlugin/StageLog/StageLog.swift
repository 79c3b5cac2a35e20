import KubernetesAPI
import Logging
package import Stages

/// The log of one run of a stage, sent to piped while the stage goes on.
///
/// `LogBuffer` decides what is sent when; `StageLines` words what happens. What piped does not take goes to the log of the
/// process, so that nothing is lost silently, and so do all errors.
package final class StageLog: Sendable {
    private struct State {
        var buffer: LogBuffer
        var lines = StageLines()
        var isLeftOpen = false
        var report: StageReport?
    }

    private let address: StageAddress
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let state: Lock<State>
    private let bell = Bell()

    private init(_ address: StageAddress, _ logger: Logger, _ pace: LogPace, _ clock: some Clock<Duration>) {
        var logger = logger
        logger[metadataKey: "deployment"] = "\(address.deployment)"
        logger[metadataKey: "stage"] = "\(address.stage)"
        let begin = clock.now
        self.address = address
        self.logger = logger
        self.clock = clock
        elapsed = { begin.duration(to: clock.now) }
        state = Lock(State(buffer: LogBuffer(pace: pace, start: Moment.now.microsecondsSinceEpoch)))
    }

    /// Runs a body with a log, and sends what is left of it when the body is done.
    ///
    /// The end waits for piped for a bounded time only. A report that the body wrote is kept in the metadata of the stage.
    ///
    /// - Parameters:
    ///   - address: The stage.
    ///   - piped: Where the log goes.
    ///   - pace: How fast it is sent.
    ///   - clock: Measures the waiting.
    ///   - body: What writes the log.
    /// - Returns: What the body returns.
    package static func keeping<Result: Sendable>(
        _ address: StageAddress,
        in piped: PipedClient,
        pace: LogPace = .standard,
        clock: some Clock<Duration> = ContinuousClock(),
        _ body: @Sendable (StageLog) async -> Result
    ) async -> Result {
        let log = StageLog(address, piped.logger, pace, clock)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await log.send(to: piped) }
            let result = await body(log)
            if let report = log.end() { await piped.keep(report, of: address) }
            return result
        }
    }

    // MARK: Writing

    /// Adds a line; from several tasks at once.
    package func write(_ text: String, _ severity: LogSeverity = .info) {
        write([StageLine(text, severity)])
    }

    /// Adds what is worth saying about an event.
    package func write(event: StageEvent) {
        write(state.withLock { $0.lines.line(of: event) }.map { [$0] } ?? [])
    }

    /// Adds how the stage ended, which is also kept in its metadata.
    package func write(report: StageReport) {
        let lines = state.withLock { state in
            state.report = report
            return state.lines.lines(of: report)
        }
        write(lines)
    }

    /// Leaves the log open when the body is done, so that the next process can go on with it.
    package func leaveOpen() {
        state.withLock { $0.isLeftOpen = true }
    }

    private func write(_ lines: [StageLine]) {
        for line in lines {
            let (now, date) = (elapsed(), Moment.now.secondsSinceEpoch)
            let (isTaken, isNews) = state.withLock { state in
                guard state.buffer.takesLines else { return (false, false) }
                return (true, state.buffer.append(line.prefixed, line.severity, at: now, date: date))
            }
            if isNews { bell.ring() }
            if !isTaken || line.severity == .error { note(line) }
        }
    }

    private func note(_ line: StageLine) {
        var logger = logger
        if let target = line.target { logger[metadataKey: "deployTarget"] = "\(target)" }
        logger.log(level: line.severity == .error ? .error : .info, "\(line.text)")
    }

    // MARK: Sending

    /// Takes no more lines; the report to keep, `nil` when there is none or the stage will run again.
    private func end() -> StageReport? {
        let (now, date) = (elapsed(), Moment.now.secondsSinceEpoch)
        defer { bell.ring() }
        return state.withLock { state in
            state.buffer.end(closes: !state.isLeftOpen, at: now, date: date)
            return state.isLeftOpen ? nil : state.report
        }
    }

    /// Sends lines, one call at a time, until the log has ended and piped has them or there is no more time.
    private func send(to piped: PipedClient) async {
        while true {
            // Nothing can be sent from a task that is cancelled.
            if Task.isCancelled { state.withLock { $0.buffer.giveUp() } }
            let now = elapsed()
            let (next, limit) = state.withLock { ($0.buffer.next(at: now), $0.buffer.limit(at: now)) }
            switch next {
            case .send(let call):
                take(await piped.report(call, of: address, within: limit), of: call)
            case .wait(let time):
                await bell.wait(atMost: time, by: clock)
            case .over:
                return noteRest(state.withLock { $0.buffer.takeRest() }, "piped could not be reached in time")
            }
        }
    }

    private func take(_ answer: LogAnswer, of call: LogCall) {
        let now = elapsed()
        let rest = state.withLock { $0.buffer.note(answer, of: call, at: now) }
        switch answer {
        case .stored: return
        case .closed: noteRest(rest, "the log of the stage was closed before")
        case .refused(let reason): noteRest(rest, "piped refuses the lines: \(reason)")
        case .lost(let reason): logger.warning("the log of the stage is sent again: \(reason)")
        }
    }

    /// Writes lines that piped does not have to the log of the process, apart from errors, which are there.
    private func noteRest(_ blocks: [LogBlock], _ reason: String) {
        guard !blocks.isEmpty else { return }
        logger.warning("lines of the stage are only here: \(reason)", metadata: ["lines": "\(blocks.count)"])
        for block in blocks where block.severity != .error { logger.info("\(block.text)") }
    }
}

extension Moment {
    /// The time since 1970 in whole seconds.
    fileprivate var secondsSinceEpoch: Int64 { sinceEpoch.components.seconds }

    /// The time since 1970 in whole microseconds.
    fileprivate var microsecondsSinceEpoch: Int64 {
        let (seconds, attoseconds) = sinceEpoch.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
