@testable import KubernetesAPI
@testable import Stages

/// A clock that stands still until a test moves it.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var time: Duration

        func advanced(by duration: Duration) -> Instant { Instant(time: time + duration) }
        func duration(to other: Instant) -> Duration { other.time - time }
        static func < (left: Instant, right: Instant) -> Bool { left.time < right.time }
    }

    private struct Sleeper {
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(time: .seconds(1_900_000_000))
        var sleepers: [Int: Sleeper] = [:]
        var count = 0
        var watchers: [(condition: @Sendable ([Duration]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Lock(State())

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .zero }

    /// The time as a moment, for what compares times of day.
    var moment: Moment { Moment(sinceEpoch: now.time) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !Task.isCancelled, deadline > state.now else { return true }
                    state.sleepers[number] = Sleeper(deadline: deadline, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume(with: Result { try Task.checkCancellation() }) }
                wakeWatchers()
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: number) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Lets time pass; whoever has slept long enough wakes up.
    func advance(by duration: Duration) {
        let awake = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let numbers = state.sleepers.filter { $0.value.deadline <= state.now }.map(\.key)
            return numbers.compactMap { state.sleepers.removeValue(forKey: $0) }
        }
        for sleeper in awake { sleeper.continuation.resume() }
    }

    /// Returns when so many sleep until just this much later than now.
    func waitForSleepers(_ count: Int, for duration: Duration) async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                let condition: @Sendable ([Duration]) -> Bool = { $0.count { $0 == duration } >= count }
                state.watchers.append((condition, continuation))
            }
            wakeWatchers()
        }
    }

    private func wakeWatchers() {
        let met = state.withLock { state in
            let lengths = state.sleepers.values.map { state.now.duration(to: $0.deadline) }
            let met = state.watchers.filter { $0.condition(lengths) }
            state.watchers.removeAll { $0.condition(lengths) }
            return met
        }
        for watcher in met { watcher.continuation.resume() }
    }
}
