/// Lets a bounded number of requests through at once, in the order in which they came.
package final class RequestGate: Sendable {
    private final class Waiter: Sendable {
        enum Phase {
            /// Not in the queue yet.
            case new
            /// In the queue.
            case queued(CheckedContinuation<Void, any Error>)
            /// Cancelled or let through.
            case done
        }

        let phase = Lock(Phase.new)
    }

    private struct State {
        var limit: Int
        var free: Int
        var queue: [Waiter] = []
    }

    private let state: Lock<State>

    package init(limit: Int) {
        state = Lock(State(limit: max(1, limit), free: max(1, limit)))
    }

    /// Lets at least so many through at once from now on.
    func allow(_ limit: Int) {
        let next = state.withLock { state in
            let more = max(0, limit - state.limit)
            state.limit += more
            let first = state.queue.prefix(more)
            state.queue.removeFirst(first.count)
            state.free += more - first.count
            return first.compactMap(Self.finish)
        }
        for continuation in next { continuation.resume() }
    }

    /// How many are waiting for room.
    var waiting: Int { state.withLock { $0.queue.count } }

    /// Runs a body once there is room for it; throws when cancelled before.
    package func run<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws {
        try Task.checkCancellation()
        let isFree = state.withLock { state in
            guard state.free > 0 else { return false }
            state.free -= 1
            return true
        }
        guard !isFree else { return }
        let waiter = Waiter()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { queue(waiter, $0) }
        } onCancel: {
            cancel(waiter)
        }
    }

    private func queue(_ waiter: Waiter, _ continuation: CheckedContinuation<Void, any Error>) {
        enum Decision { case go, wait, cancelled }
        let decision = state.withLock { state -> Decision in
            waiter.phase.withLock { phase in
                guard case .new = phase else { return .cancelled }
                guard state.free == 0 else {
                    state.free -= 1
                    phase = .done
                    return .go
                }
                phase = .queued(continuation)
                state.queue.append(waiter)
                return .wait
            }
        }
        switch decision {
        case .go: continuation.resume()
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .wait: return
        }
    }

    private func cancel(_ waiter: Waiter) {
        let continuation = state.withLock { state in
            state.queue.removeAll { $0 === waiter }
            return Self.finish(waiter)
        }
        continuation?.resume(throwing: CancellationError())
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard !state.queue.isEmpty else {
                state.free += 1
                return nil
            }
            return Self.finish(state.queue.removeFirst())
        }
        next?.resume()
    }

    private static func finish(_ waiter: Waiter) -> CheckedContinuation<Void, any Error>? {
        waiter.phase.withLock { phase in
            defer { phase = .done }
            guard case .queued(let continuation) = phase else { return nil }
            return continuation
        }
    }
}
