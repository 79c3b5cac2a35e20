import CCurl
import Glibc

/// A thread that talks to every cluster.
///
/// Everything that libcurl does happens on it; others hand it commands and wake it.
final class TransferLoop: Sendable {
    enum Command: Sendable {
        case start(Transfer)
        case cancel(Transfer)
        case resume(Transfer)
    }

    private enum Phase {
        /// No thread yet; may go to `running` or `closed`.
        case idle
        /// The thread runs and owns the handle until it sees that the phase is `closing`.
        case running(pthread_t, multi: UnsafeMutableRawPointer)
        /// The thread cleans up; `closed` follows.
        case closing
        /// For good.
        case closed
    }

    private struct State {
        var phase = Phase.idle
        var commands: [Command] = []
    }

    private let state = Lock(State())
    private let idleConnections: Int
    private let connectionsPerHost: Int

    /// Makes a loop that keeps at most so many idle connections, and opens at most so many to one server (0: no limit).
    init(idleConnections: Int, perHost: Int) {
        self.idleConnections = idleConnections
        connectionsPerHost = perHost
    }

    /// Hands a command to the thread, which starts with the first one.
    ///
    /// - Returns: Whether it will be seen; not so once the loop is closed.
    func submit(_ command: Command) -> Bool {
        state.withLock { state in
            if case .idle = state.phase { state.phase = start() }
            guard case .running(_, let multi) = state.phase else { return false }
            state.commands.append(command)
            if state.commands.count == 1 { curl_multi_wakeup(multi) }
            return true
        }
    }

    /// Ends every transfer and the thread, and waits for that.
    func close() {
        let thread = state.withLock { state -> pthread_t? in
            guard case .running(let thread, let multi) = state.phase else {
                if case .idle = state.phase { state.phase = .closed }
                return nil
            }
            state.phase = .closing
            curl_multi_wakeup(multi)
            return thread
        }
        guard let thread else { return }
        if pthread_equal(thread, pthread_self()) != 0 {
            pthread_detach(thread)
        } else {
            pthread_join(thread, nil)
        }
    }

    /// Starts the thread; called with the lock held, so that the thread waits for the phase to be set.
    private func start() -> Phase {
        guard Self.isCurlReady, let multi = curl_multi_init() else { return .closed }
        flotilla_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        flotilla_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
        flotilla_multi_set_long(multi, CURLMOPT_MAXCONNECTS, idleConnections)
        let job = Unmanaged.passRetained(Job(loop: self, multi: multi))
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                let job = Unmanaged<Job>.fromOpaque(context).takeRetainedValue()
                job.loop.run(job.multi)
                return nil
            },
            job.toOpaque()
        )
        guard result == 0 else {
            job.release()
            curl_multi_cleanup(multi)
            return .closed
        }
        return .running(thread, multi: multi)
    }

    private func run(_ multi: UnsafeMutableRawPointer) {
        Self.blockSignals()
        var table = TransferTable(multi: multi)
        while true {
            let (commands, isOpen) = takeCommands()
            for command in commands {
                switch command {
                case .start(let transfer): table.start(transfer)
                case .cancel(let transfer): table.cancel(transfer)
                case .resume(let transfer): table.resume(transfer)
                }
            }
            guard isOpen else { break }
            table.perform()
            table.expire(at: .now)
            curl_multi_poll(multi, nil, 0, table.longestSleep, nil)
        }
        table.removeAll()
        state.withLock { $0.phase = .closed }
        curl_multi_cleanup(multi)
    }

    private func takeCommands() -> ([Command], isOpen: Bool) {
        state.withLock { state in
            defer { state.commands = [] }
            guard case .running = state.phase else { return (state.commands, false) }
            return (state.commands, true)
        }
    }

    /// A write to a closed connection must be an error, and the program's signals are not for this thread.
    private static func blockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
    }

    private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

extension TransferLoop {
    /// What the new thread is given.
    private final class Job {
        let loop: TransferLoop
        let multi: UnsafeMutableRawPointer

        init(loop: TransferLoop, multi: UnsafeMutableRawPointer) {
            self.loop = loop
            self.multi = multi
        }
    }
}
