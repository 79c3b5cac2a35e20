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
        var isUnfinished = false
        var result: StageResult?
    }

    private let address: StageAddress
    private let ending: LogEnding
    private let pace: LogPace
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let state: Lock<State>
    private let bell = Bell()

    private init(
        _ address: StageAddress,
        _ ending: LogEnding,
        _ logger: Logger,
        _ pace: LogPace,
        _ clock: some Clock<Duration>
    ) {
        var logger = logger
        logger[metadataKey: "deployment"] = "\(address.deployment)"
        logger[metadataKey: "stage"] = "\(address.stage)"
        let begin = clock.now
        self.address = address
        self.ending = ending
        self.pace = pace
        self.logger = logger
        self.clock = clock
        elapsed = { begin.duration(to: clock.now) }
        state = Lock(State(buffer: LogBuffer(pace: pace, start: Moment.now.microsecondsSinceEpoch)))
    }

    /// Runs a body with a log, and sends what is left of it when the body is done.
    ///
    /// The end waits for piped for a bounded time only, unless piped does not wait for the stage any more. A report that the
    /// body wrote is kept in the metadata of the stage.
    ///
    /// - Parameters:
    ///   - address: The stage.
    ///   - piped: Where the log goes.
    ///   - ending: What tells that nobody waits for it any more, or that there is little time.
    ///   - pace: How fast it is sent.
    ///   - clock: Measures the waiting.
    ///   - body: What writes the log.
    /// - Returns: What the body returns.
    package static func keeping<Result: Sendable>(
        _ address: StageAddress,
        in piped: PipedClient,
        ending: LogEnding = LogEnding(),
        pace: LogPace = .standard,
        clock: some Clock<Duration> = ContinuousClock(),
        _ body: @Sendable (StageLog) async -> Result
    ) async -> Result {
        let log = StageLog(address, ending, piped.logger, pace, clock)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await log.sendHurryingAtShutdown(to: piped) }
            let result = await body(log)
            if let kept = log.end() {
                await log.ending.shutdown.bounding(to: pace.hurriedEnding, by: clock) {
                    await piped.keep(kept, of: address)
                }
            }
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

    /// Adds how the stage ended, which is also kept in its metadata, behind a text that is shown on the stage before it runs.
    package func write(report: StageReport, of planned: String? = nil) {
        let lines = state.withLock { state in
            state.result = StageResult(planned: planned, report: report)
            return state.lines.lines(of: report)
        }
        write(lines)
    }

    /// Leaves the log open when the process is to stop, so that the next one can go on with a stage that is not done.
    package func leaveOpenAtShutdown() {
        state.withLock { $0.isUnfinished = true }
    }

    private func write(_ lines: [StageLine]) {
        for line in lines {
            let (now, date) = (elapsed(), Moment.now.secondsSinceEpoch)
            let fate = state.withLock { $0.buffer.append(line.prefixed, line.severity, at: now, date: date) }
            if fate == .news { bell.ring() }
            if fate == .leftOut || line.severity == .error { note(line) }
        }
    }

    private func note(_ line: StageLine) {
        var logger = logger
        if let target = line.target { logger[metadataKey: "deployTarget"] = "\(target)" }
        logger.log(level: line.severity == .error ? .error : .info, "\(line.text)")
    }

    // MARK: Sending

    /// Takes no more lines; the result to keep, `nil` when there is none or the stage will run again.
    private func end() -> StageResult? {
        let (now, date) = (elapsed(), Moment.now.secondsSinceEpoch)
        defer { bell.ring() }
        return state.withLock { state in
            let leavesOpen = leavesOpen(state)
            state.buffer.end(closes: !leavesOpen, at: now, date: date)
            return leavesOpen ? nil : state.result
        }
    }

    /// Whether another process goes on with the log, as far as is known now.
    ///
    /// When piped is killed, the call of the stage ends first; that its service gives no answer may be the next that is seen. An
    /// answer, be it that the control plane is away, shows that piped is still there.
    private func leavesOpen(_ state: State) -> Bool {
        ending.parent.isGone || (state.isUnfinished && ending.shutdown.isRequested)
            || (state.buffer.mayHaveLostPiped && ending.stop.isRequested)
    }

    private func sendHurryingAtShutdown(to piped: PipedClient) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await self.ending.shutdown.wait()
                let now = self.elapsed()
                self.state.withLock { $0.buffer.hurry(at: now) }
                self.bell.ring()
            }
            await send(to: piped)
            group.cancelAll()
        }
    }

    /// Sends lines, one call at a time, until the log has ended and piped has them or there is no more time.
    private func send(to piped: PipedClient) async {
        while true {
            // Nothing can be sent from a task that is cancelled.
            if Task.isCancelled { state.withLock { $0.buffer.giveUp() } }
            let now = elapsed()
            let (next, limit) = state.withLock { state in
                if leavesOpen(state) {
                    state.buffer.leaveOpen()
                } else if ending.stop.isRequested {
                    // Nobody waits for the stage, and nobody else would ever close its log.
                    state.buffer.takeTime()
                }
                return (state.buffer.next(at: now), state.buffer.limit(at: now))
            }
            switch next {
            case .send(let call):
                let answer = await ending.shutdown.bounding(to: pace.hurriedEnding, by: clock) { [address] in
                    await piped.report(call, of: address, within: limit)
                }
                take(answer, of: call)
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
        case .unable(let reason), .lost(let reason): logger.warning("the log of the stage is sent again: \(reason)")
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
