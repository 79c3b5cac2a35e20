import KubernetesAPI

/// A wish to stop that lets every write that has started end.
///
/// Execution looks at it before each object and in each turn of a wait; what writes nothing is aborted by it. Cancelling
/// the task, in contrast, aborts every request.
package final class StopSignal: Sendable {
    private struct State {
        var isRequested = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var count = 0
    }

    private let state = Lock(State())

    package init() {}

    /// Asks for the stop.
    package func request() {
        let waiters = state.withLock { state in
            state.isRequested = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
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
