import FakePiped
import Testing

@testable import PipedPlugin

@Suite("The end of a stage log", .timeLimit(.minutes(5)))
struct StageLogEndTests {
    /// A clock on which nobody wakes up.
    private struct Night: Clock {
        let onSleep: @Sendable () -> Void
        var now: ContinuousClock.Instant { ContinuousClock.now }
        var minimumResolution: Duration { .nanoseconds(1) }

        func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
            onSleep()
            let (never, _) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            throw CancellationError()
        }
    }

    @Test("wakes the one who waits for more lines")
    func wakes() async throws {
        let (isAsleep, asleep) = AsyncStream.makeStream(of: Void.self)
        try await FakePiped.connected { fake, piped in
            let clock = Night { asleep.finish() }
            await StageLog.keeping(FakePiped.stage, in: piped, clock: clock) { log in
                log.write("a")
                for await _ in isAsleep {}
            }
            #expect(fake.state.logCalls == ["last a"])
        }
    }
}
