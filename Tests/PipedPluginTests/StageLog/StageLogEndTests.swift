import FakePiped
import GRPCCore
import Testing

@testable import PipedPlugin
@testable import Stages

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

    @Test("comes soon when the process is to stop and piped gives no answer, and no line is lost")
    func hurries() async throws {
        let recorded = RecordedLog()
        let pace = LogPace.patient(hurriedEnding: .milliseconds(20))
        try await FakePiped.connected(logger: recorded.logger) { fake, piped in
            fake.fail(.hang, times: nil)
            let ending = LogEnding()
            await withTaskGroup { group in
                group.addTask {
                    await StageLog.keeping(FakePiped.stage, in: piped, ending: ending, pace: pace) { log in
                        log.write("a")
                        log.write(report: StageReport(stage: "K8S_SYNC"))
                    }
                }
                await fake.wait { !$0.logCalls.isEmpty }
                ending.shutdown.request()
            }
        }
        #expect(recorded.lines.contains("info: a"))
    }

    @Test(
        "leaves the log open when piped does not wait for the stage and gave no answer: it may be gone",
        arguments: [false, true]
    )
    func lost(isStopped: Bool) async throws {
        try await FakePiped.connected { fake, piped in
            // It is gone in the middle of the call that closes the log, and back at once.
            fake.fail(.hang, times: nil)
            let ending = LogEnding()
            if isStopped { ending.stop.request() }
            try await withThrowingTaskGroup { group in
                group.addTask {
                    await StageLog.keeping(FakePiped.stage, in: piped, ending: ending, pace: .quick) { $0.write("a") }
                }
                await fake.wait { $0.logCalls == ["last a"] }
                await fake.stop()
                fake.clearFaults()
                try await fake.start()
                try await group.waitForAll()
            }
            #expect(fake.state.logCalls.last == (isStopped ? "checkpoint a" : "last a"))
            #expect(fake.kept == ["a"])
            #expect(fake.log.isCompleted != isStopped)
        }
    }

    @Test(
        "closes the log however long piped says that it cannot, when nobody waits for the stage",
        arguments: [.unavailable, .internalError, .unknown] as [RPCError.Code]
    )
    func unable(code: RPCError.Code) async throws {
        var pace = LogPace.quick
        pace.ending = .zero
        try await FakePiped.connected { [pace] fake, piped in
            fake.fail(.refuse(Refusal(code, "the control plane is away")), times: 3)
            let ending = LogEnding()
            ending.stop.request()
            await StageLog.keeping(FakePiped.stage, in: piped, ending: ending, pace: pace) { $0.write("a") }
            #expect(fake.state.logCalls == Array(repeating: "last a", count: 4))
            #expect(fake.log.isCompleted)
        }
    }

    @Test("does not wait for the control plane when the process is to stop")
    func unableAtShutdown() async throws {
        let recorded = RecordedLog()
        try await FakePiped.connected(logger: recorded.logger) { fake, piped in
            fake.fail(.refuse(Refusal(.unavailable, "the control plane is away")), times: nil)
            let ending = LogEnding()
            ending.stop.request()
            await withTaskGroup { group in
                group.addTask {
                    let pace = LogPace.patient(hurriedEnding: .milliseconds(20))
                    await StageLog.keeping(FakePiped.stage, in: piped, ending: ending, pace: pace) { $0.write("a") }
                }
                await fake.wait { $0.logCalls.count > 1 }
                ending.shutdown.request()
            }
            #expect(!fake.log.isCompleted)
        }
        #expect(recorded.lines.last == "info: a")
    }

    @Test("does not wait for another piped to close the log")
    func away() async throws {
        try await FakePiped.connected { fake, piped in
            await fake.stop()
            let ending = LogEnding()
            ending.stop.request()
            await StageLog.keeping(
                FakePiped.stage,
                in: piped,
                ending: ending,
                pace: .patient(hurriedEnding: .seconds(3600))
            ) { _ in }
            try await fake.start()
            #expect(!fake.log.isCompleted)
        }
    }
}

extension LogPace {
    /// One with more patience than a test has.
    fileprivate static func patient(hurriedEnding: Duration) -> LogPace {
        var pace = LogPace()
        pace.call = .seconds(3600)
        pace.ending = .seconds(3600)
        pace.hurriedEnding = hurriedEnding
        return pace
    }
}
