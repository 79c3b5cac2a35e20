import KubernetesAPI

/// A wish to stop that lets every write that has started end.
///
/// Execution looks at it before each object and in each turn of a wait; what writes nothing is aborted by it. Cancelling
/// the task, in contrast, aborts every request.
package final class StopSignal: Sendable {
    private struct State {
        var isRequested = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var followers: [Int: StopSignal] = [:]
        var count = 0
    }

    private let state = Lock(State())

    package init() {}

    /// Asks for the stop.
    package func request() {
        let (waiters, followers) = state.withLock { state in
            state.isRequested = true
            defer { state.waiters = [:] }
            return (Array(state.waiters.values), Array(state.followers.values))
        }
        for waiter in waiters { waiter.resume() }
        for follower in followers { follower.request() }
    }

    /// Whether the stop was asked for.
    package var isRequested: Bool { state.withLock { $0.isRequested } || Task.isCancelled }

    /// Runs a body that writes nothing, and aborts it when the stop is asked for.
    ///
    /// - Throws: What the body throws, `CancellationError` when it was aborted.
    package func aborting<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws
        -> Result
    {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                await self.wait()
                return nil
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() ?? nil else { throw CancellationError() }
            return result
        }
    }

    /// Runs a body while a stop of this signal is a stop of another one as well.
    package func followed<Result, Failure: Error>(
        by follower: StopSignal,
        during body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let number = state.withLock { state -> Int? in
            guard !state.isRequested else { return nil }
            state.count += 1
            state.followers[state.count] = follower
            return state.count
        }
        if number == nil { follower.request() }
        defer { if let number { state.withLock { $0.followers[number] = nil } } }
        return try await body()
    }

    /// Runs a body, and cancels it when it has not ended some time after the stop was asked for.
    ///
    /// What is cancelled aborts its requests: of an object that was being written it is not known how it is.
    package func bounding<Result: Sendable>(
        to limit: Duration,
        by clock: some Clock<Duration>,
        _ body: @escaping @Sendable () async -> Result
    ) async -> Result {
        await withTaskGroup(of: Bounded<Result>.self) { group in
            group.addTask { .ended(await body()) }
            group.addTask {
                await self.wait()
                try? await clock.sleep(for: limit)
                return .late
            }
            while true {
                let next = await group.next()
                group.cancelAll()
                if case .ended(let result) = next { return result }
            }
        }
    }

    /// What comes first.
    private enum Bounded<Result: Sendable>: Sendable {
        case ended(Result)
        /// The body still runs some time after the stop.
        case late
    }

    /// Returns when the stop is asked for, or the task is cancelled.
    package func wait() async {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !state.isRequested, !Task.isCancelled else { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }
}
