import Glibc
import Stages
import UnixSignals

/// Runs a body while SIGINT, SIGTERM and SIGHUP ask it to stop; the second one ends the process with 130.
///
/// A process that was started to outlive its terminal, as by `nohup`, goes on ignoring SIGHUP.
func withInterrupt<Result: Sendable>(
    _ stop: StopSignal,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let hangup: [UnixSignal] = isIgnored(SIGHUP) ? [] : [.sighup]
    let signals = await UnixSignalsSequence(trapping: [.sigint, .sigterm] + hangup)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            var interruptions = Interruptions()
            for await signal in signals {
                switch interruptions.reaction(to: signal) {
                case .nothing: continue
                case .exit: _exit(130)
                case .stop:
                    stop.request()
                    Console.error("stopping after the objects that are being written; once more to stop now")
                }
            }
        }
        let result = try await body()
        group.cancelAll()
        return result
    }
}

/// The signals that have asked a run to stop.
///
/// They are counted here, since a lost lease asks for the same stop, and nobody has pressed Ctrl-C then.
struct Interruptions {
    /// What to do about a signal.
    enum Reaction {
        case stop, exit, nothing
    }

    private var hasCome = false

    /// Takes a signal in; a terminal that goes away may say so more than once.
    mutating func reaction(to signal: UnixSignal) -> Reaction {
        guard hasCome else {
            hasCome = true
            return .stop
        }
        return signal == .sighup ? .nothing : .exit
    }
}

private func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}

/// Returns at the first SIGINT or SIGTERM.
func waitForInterrupt() async {
    for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
}
