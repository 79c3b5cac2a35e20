import KubernetesAPI

/// Lets the stages of one application run one after the other in this process, in the order in which they come.
///
/// A stage that was cancelled still finishes the objects in its hands. A rollback that is asked for meanwhile would undo
/// what is still being done, so it waits.
final class StageTurns: Sendable {
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var isRunning: Set<String> = []
        var waiters: [String: [Waiter]] = [:]
        var count = 0
    }

    private let state = Lock(State())

    /// Runs a body when nothing else runs for the application.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before its turn; the body itself is not looked after.
    func turn<Result: Sendable>(of application: String, _ body: () async -> Result) async throws -> Result {
        try await wait(for: application)
        defer { pass(application) }
        return await body()
    }

    /// How many wait for their turn.
    func waiting(for application: String) -> Int {
        state.withLock { $0.waiters[application]?.count ?? 0 }
    }

    /// Whether somebody has the turn.
    func isTaken(by application: String) -> Bool {
        state.withLock { $0.isRunning.contains(application) }
    }

    private func wait(for application: String) async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let isOurs = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOurs = state.withLock { state -> Bool? in
                    if Task.isCancelled { return false }
                    if state.isRunning.insert(application).inserted { return true }
                    state.waiters[application, default: []].append(Waiter(number: number, continuation: continuation))
                    return nil
                }
                if let isOurs { continuation.resume(returning: isOurs) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let index = state.waiters[application]?.firstIndex { $0.number == number }
                return index.flatMap { state.waiters[application]?.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
        guard isOurs else { throw CancellationError() }
    }

    /// Gives the turn to the next one.
    private func pass(_ application: String) {
        let next = state.withLock { state -> Waiter? in
            guard var waiters = state.waiters[application], !waiters.isEmpty else {
                state.isRunning.remove(application)
                state.waiters[application] = nil
                return nil
            }
            let first = waiters.removeFirst()
            state.waiters[application] = waiters
            return first
        }
        next?.continuation.resume(returning: true)
    }
}
