@testable import PipedPlugin

/// A buffer with a hand on it: calls are made, and answered, when a test says so.
final class DrivenLogBuffer {
    private var buffer: LogBuffer

    init(pace: LogPace, start: Int64) {
        buffer = LogBuffer(pace: pace, start: start)
    }

    /// A buffer whose first line piped has since the first second.
    convenience init(afterFirst text: String) {
        self.init(pace: .standard, start: 1)
        _ = write(text, at: .zero)
        _ = send(at: .seconds(1))
    }

    func write(_ text: String, _ severity: LogSeverity = .info, at now: Duration) -> LogLineFate {
        buffer.append(text, severity, at: now, date: 7)
    }

    func end(closes: Bool, at now: Duration) {
        buffer.end(closes: closes, at: now, date: 7)
    }

    func hurry(at now: Duration) { buffer.hurry(at: now) }

    func takeTime() { buffer.takeTime() }

    func leaveOpen() { buffer.leaveOpen() }

    var mayHaveLostPiped: Bool { buffer.mayHaveLostPiped }

    func next(at now: Duration) -> LogBuffer.Next { buffer.next(at: now) }

    func limit(at now: Duration) -> Duration { buffer.limit(at: now) }

    func note(_ answer: LogAnswer, of call: LogCall, at now: Duration) -> [String] {
        buffer.note(answer, of: call, at: now).map(\.text)
    }

    func takeRest() -> [String] { buffer.takeRest().map(\.text) }

    /// The call that is due.
    func call(at now: Duration) -> LogCall? {
        guard case .send(let call) = next(at: now) else { return nil }
        return call
    }

    /// Makes the call that is due and answers it; the call as its kind and its texts.
    func send(at now: Duration, _ answer: LogAnswer = .stored) -> String? {
        guard let call = call(at: now) else { return nil }
        _ = note(answer, of: call, at: now)
        let kind =
            switch call.kind {
            case .cache: "cache"
            case .checkpoint(let isLast): isLast ? "last" : "checkpoint"
            }
        return ([kind] + call.blocks.map(\.text)).joined(separator: " ")
    }
}
