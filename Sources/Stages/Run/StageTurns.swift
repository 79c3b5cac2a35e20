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
    /// - Throws: `CancellationError` when the stop is asked for or the task is cancelled before its turn; the body itself
    ///   is not looked after.
    func turn<Result: Sendable>(
        of application: String,
        until stop: StopSignal,
        _ body: () async -> Result
    ) async throws -> Result {
        try await wait(for: application, until: stop)
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

    private func wait(for application: String, until stop: StopSignal) async throws {
        let isOurs = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.isGranted(application) }
            group.addTask {
                await stop.wait()
                return false
            }
            // The turn may come in the same moment as the stop, and is then ours to pass on.
            var isOurs = await group.next() ?? false
            group.cancelAll()
            for await another in group { isOurs = isOurs || another }
            return isOurs
        }
        guard isOurs else { throw CancellationError() }
    }

    /// Waits for the turn; it is not granted to a task that is cancelled before.
    private func isGranted(_ application: String) async -> Bool {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        return await withTaskCancellationHandler {
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
