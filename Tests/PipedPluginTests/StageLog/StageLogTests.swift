import FakePiped
import GRPCCore
import PipedAPI
import Stages
import Testing

@testable import PipedPlugin

@Suite("A stage log", .timeLimit(.minutes(5)))
struct StageLogTests {
    @Test("is kept whole, in order, and closed when the stage ends")
    func whole() async throws {
        let (result, log) = try await FakePiped.connected { fake, piped in
            let result = await StageLog.keeping(FakePiped.stage, in: piped, pace: .quick) { log in
                log.write("a")
                await fake.wait { $0.kept == ["a"] }
                log.write("b", .success)
                await fake.wait { $0.shown == ["a", "b"] }
                log.write("")
                log.write("c", .error)
                return 7
            }
            return (result, fake.log)
        }
        #expect(result == 7)
        #expect(log.isCompleted)
        #expect(log.texts == ["a", "b", "c"])
        #expect(log.durable.map(\.severity) == [.info, .success, .error])
        #expect(log.visible == log.durable)
        // Since 2020, and in the safe integers of a browser.
        #expect(log.durable.allSatisfy { $0.createdAt > 1_577_836_800 && $0.index > 1_577_836_800_000_000 })
        #expect(log.durable.allSatisfy { $0.index < 1 << 53 })
    }

    @Test("does not wait for the next round of sending when the stage ends")
    func promptEnd() async throws {
        var pace = LogPace()
        pace.gathering = .seconds(3600)
        try await FakePiped.connected { [pace] fake, piped in
            await StageLog.keeping(FakePiped.stage, in: piped, pace: pace) { $0.write("a") }
            #expect(fake.state.logCalls == ["last a"])
        }
    }

    @Test("is closed even when nothing was said")
    func silent() async throws {
        try await FakePiped.connected { fake, piped in
            await StageLog.keeping(FakePiped.stage, in: piped) { _ in }
            #expect(fake.state.logCalls == ["last"])
        }
    }

    @Test("goes on in the next process when it was left open, above the lines of the first")
    func leftOpen() async throws {
        try await FakePiped.connected { fake, piped in
            let ending = LogEnding()
            await StageLog.keeping(FakePiped.stage, in: piped, ending: ending, pace: .quick) { log in
                for number in 0..<2000 { log.write("first \(number)") }
                log.leaveOpenAtShutdown()
                ending.shutdown.request()
            }
            #expect(!fake.log.isCompleted)
            await StageLog.keeping(FakePiped.stage, in: piped, pace: .quick) { $0.write("second") }
            #expect(fake.kept == (0..<2000).map { "first \($0)" } + ["second"])
            #expect(fake.log.isCompleted)
            #expect(fake.log.collided.isEmpty)
        }
    }

    @Test("holds each of many lines of several tasks once, in messages that piped takes")
    func manyLines() async throws {
        let padding = String(repeating: "x", count: 300)
        let state = try await FakePiped.connected { fake, piped in
            await StageLog.keeping(FakePiped.stage, in: piped, pace: .quick) { log in
                await withTaskGroup { group in
                    for task in 0..<4 {
                        group.addTask {
                            for number in 0..<2000 { log.write("\(task) \(number) \(padding)") }
                        }
                    }
                }
            }
            return fake.state
        }
        for task in 0..<4 {
            #expect(state.kept.filter { $0.hasPrefix("\(task) ") } == (0..<2000).map { "\(task) \($0) \(padding)" })
        }
        #expect(state.kept.count == 8000)
        #expect(state.logCalls.allSatisfy { $0.utf8.count <= 1 << 20 })
        let indexes = state.log("d", "s").durable.map(\.index)
        #expect(zip(indexes, indexes.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("makes one call at a time, also at the end of the stage")
    func oneCallAtATime() async throws {
        try await FakePiped.connected { fake, piped in
            fake.fail(.hang, times: nil)
            let (isWritten, written) = AsyncStream.makeStream(of: Void.self)
            await withTaskGroup { group in
                group.addTask {
                    await StageLog.keeping(FakePiped.stage, in: piped, pace: .quick) { log in
                        log.write("a")
                        await fake.wait { !$0.calls.isEmpty }
                        for number in 0..<20 { log.write("b \(number)") }
                        written.finish()
                    }
                }
                for await _ in isWritten {}
                #expect(fake.state.logCalls == ["checkpoint a"])
                fake.clearFaults()
            }
            #expect(fake.kept == ["a"] + (0..<20).map { "b \($0)" })
        }
    }

    @Test(
        "is whole when calls fail, before or after they had their effect",
        arguments: [.unavailable, .internalError, .unknown, .notFound, .permissionDenied] as [RPCError.Code]
    )
    func failures(code: RPCError.Code) async throws {
        try await FakePiped.connected { fake, piped in
            let refusal = Refusal(code, "no")
            fake.fail(.refuse(refusal))
            fake.fail(.refuseAfter(refusal), times: 2)
            await StageLog.keeping(FakePiped.stage, in: piped, pace: .quick) { log in
                log.write("a")
                await fake.wait { $0.kept == ["a"] }
                log.write("b")
                await fake.wait { $0.shown == ["a", "b"] }
                fake.fail(.refuseAfter(refusal))
                log.write("c")
            }
            #expect(fake.kept == ["a", "b", "c"])
            #expect(fake.log.isCompleted)
            #expect(fake.log.collided.isEmpty)
        }
    }

    @Test("loses nothing when piped goes away in the middle and comes back")
    func reconnects() async throws {
        try await FakePiped.connected { fake, piped in
            await StageLog.keeping(FakePiped.stage, in: piped, pace: .quick) { log in
                log.write("a")
                await fake.wait { $0.kept == ["a"] }
                log.write("b")
                await fake.wait { $0.shown == ["a", "b"] }
                await fake.stop()
                log.write("c")
                await #expect(throws: Never.self) { try await fake.start() }
                await fake.wait { $0.shown == ["a", "b", "c"] }
                log.write("d")
            }
            #expect(fake.kept == ["a", "b", "c", "d"])
            #expect(fake.log.lost.isEmpty)
        }
    }
}

extension LogPace {
    /// As fast as it goes.
    static var quick: LogPace {
        var pace = LogPace()
        pace.gathering = .milliseconds(1)
        // A slow machine is no reason to lose lines.
        pace.call = .seconds(120)
        pace.ending = .seconds(240)
        pace.hurriedEnding = .seconds(240)
        return pace
    }
}
