import ArgumentParser
import Glibc
import KubernetesAPI
import Stages
import UnixSignals

/// A command that SIGINT, SIGTERM and SIGHUP cancel, with what it runs and what it has put into temporary directories.
protocol CancellableCommand: AsyncParsableCommand, Sendable {
    /// Does what the command is for.
    func execute() async throws

    /// What a second signal means.
    static var interruptions: Interruptions { get }
}

extension CancellableCommand {
    static var interruptions: Interruptions { Interruptions() }

    func run() async throws {
        let interrupts = Interrupts(Self.interruptions)
        do {
            try await interrupts.listening { try await execute() }
        } catch is CancellationError {
            guard let signal = interrupts.first else { throw CancellationError() }
            Console.error("Error: stopped on request")
            throw ExitCode(signal.exitCode)
        }
    }
}

/// Runs a body while signals ask it to stop, and do not cancel the command that it is a part of.
func withInterrupt<Result: Sendable>(
    _ stop: StopSignal,
    telling tell: @escaping @Sendable (String) -> Void = { Console.error($0) },
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    guard let interrupts = Interrupts.current else { return try await body() }
    return try await interrupts.asking(stop, telling: tell, while: body)
}

/// The signals that ask a command to stop, and what they stop.
///
/// The first one asks, the second one ends the process with 130. A process that was started to outlive its terminal, as by
/// `nohup`, goes on ignoring SIGHUP.
final class Interrupts: Sendable {
    /// Those of the command that runs.
    @TaskLocal static var current: Interrupts?

    private struct State {
        var interruptions: Interruptions
        var first: UnixSignal?
        var run: (stop: StopSignal, tell: @Sendable (String) -> Void)?
    }

    private let state: Lock<State>
    private let command = StopSignal()

    /// No signal yet.
    init(_ interruptions: Interruptions) {
        state = Lock(State(interruptions: interruptions))
    }

    /// The signal that came first.
    var first: UnixSignal? { state.withLock { $0.first } }

    /// Runs a command, and cancels it when a signal asks for that.
    ///
    /// - Throws: What the command throws, `CancellationError` when it was cancelled.
    func listening(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let hangup: [UnixSignal] = isIgnored(SIGHUP) ? [] : [.sighup]
        let signals = await UnixSignalsSequence(trapping: [.sigint, .sigterm] + hangup)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await signal in signals { self.take(signal) } }
            defer { group.cancelAll() }
            try await Self.$current.withValue(self) { try await self.command.aborting(body) }
        }
    }

    /// Runs a body; meanwhile a signal asks this, and the command is not cancelled.
    func asking<Result>(
        _ stop: StopSignal,
        telling tell: @escaping @Sendable (String) -> Void,
        while body: () async throws -> Result
    ) async throws -> Result {
        state.withLock { $0.run = (stop, tell) }
        defer { state.withLock { $0.run = nil } }
        return try await body()
    }

    private func take(_ signal: UnixSignal) {
        let (reaction, run) = state.withLock { state in
            state.first = state.first ?? signal
            return (state.interruptions.reaction(to: signal), state.run)
        }
        switch reaction {
        case .nothing: return
        case .exit: _exit(130)
        case .stop where run == nil: command.request()
        case .stop:
            // Told first: the run may end, and say so, before this goes on.
            run?.tell("stopping after the objects that are being written; once more to stop now")
            run?.stop.request()
        }
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

    /// Which signal after the first ends the process at once.
    enum Impatience {
        /// Any.
        case second
        /// A second SIGINT. Ctrl-C, and what ends all processes of a service, reach piped and its plugins at once, and then
        /// piped sends SIGTERM to them; who wants them gone at once can kill.
        case secondInterrupt
    }

    private let impatience: Impatience
    private var come: Set<UnixSignal> = []

    /// No signal yet.
    init(endingAt impatience: Impatience = .second) {
        self.impatience = impatience
    }

    /// Takes a signal in; a terminal that goes away may say so more than once.
    mutating func reaction(to signal: UnixSignal) -> Reaction {
        let isFirst = come.isEmpty
        let isNew = come.insert(signal).inserted
        if isFirst { return .stop }
        switch (impatience, signal) {
        case (_, .sighup): return .nothing
        case (.second, _): return .exit
        case (.secondInterrupt, _): return signal == .sigint && !isNew ? .exit : .nothing
        }
    }
}

extension UnixSignal {
    /// The exit code of a command that the signal ends, as shells have it.
    fileprivate var exitCode: Int32 {
        switch self {
        case .sighup: 128 + SIGHUP
        case .sigterm: 128 + SIGTERM
        default: 128 + SIGINT
        }
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
