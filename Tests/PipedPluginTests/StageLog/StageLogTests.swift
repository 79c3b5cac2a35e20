import GRPCCore
import Logging
import PipedAPI
import Stages
import Testing

@testable import PipedPlugin

@Suite("A stage log", .timeLimit(.minutes(5)))
struct StageLogTests {
    private let address = StageAddress(deployment: "d", stage: "s")

    /// Sends as fast as it can.
    private var pace: LogPace {
        var pace = LogPace()
        pace.gathering = .milliseconds(1)
        return pace
    }

    @Test("is kept whole, in order, and closed when the stage ends")
    func whole() async throws {
        let stub = PipedStub()
        let result = try await stub.connected { piped in
            await StageLog.keeping(address, in: piped, pace: pace) { log in
                log.write("a")
                await stub.until { $0.kept() == ["a"] }
                log.write("b", .success)
                await stub.until { $0.shown() == ["a", "b"] }
                log.write("")
                log.write("c", .error)
                return 7
            }
        }
        let log = try #require(stub.now.logs["s"])
        #expect(result == 7)
        #expect(log.isClosed)
        #expect(log.file.map(\.log) == ["a", "b", "c"])
        #expect(log.file.map(\.severity) == [.info, .success, .error])
        #expect(log.cache == log.file)
        // Since 2020, and in the safe integers of a browser.
        #expect(log.file.allSatisfy { $0.createdAt > 1_577_836_800 && $0.index > 1_577_836_800_000_000 })
        #expect(log.file.allSatisfy { $0.index < 1 << 53 })
    }

    @Test("does not wait for the next round of sending when the stage ends")
    func promptEnd() async throws {
        let stub = PipedStub()
        var pace = pace
        pace.gathering = .seconds(3600)
        try await stub.connected { [pace] piped in
            await StageLog.keeping(address, in: piped, pace: pace) { $0.write("a") }
        }
        #expect(stub.now.calls == [PipedStub.LogCall(isCheckpoint: true, lines: ["a"], isLast: true)])
    }

    @Test("is closed even when nothing was said")
    func silent() async throws {
        let stub = PipedStub()
        try await stub.connected { piped in await StageLog.keeping(address, in: piped, pace: pace) { _ in } }
        #expect(stub.now.logs["s"]?.isClosed == true)
    }

    @Test("goes on in the next process when it was left open, above the lines of the first")
    func leftOpen() async throws {
        let stub = PipedStub()
        try await stub.connected { piped in
            await StageLog.keeping(address, in: piped, pace: pace) { log in
                for number in 0..<2000 { log.write("first \(number)") }
                log.leaveOpen()
            }
            #expect(stub.now.logs["s"]?.isClosed == false)
            await StageLog.keeping(address, in: piped, pace: pace) { $0.write("second") }
        }
        #expect(stub.now.kept() == (0..<2000).map { "first \($0)" } + ["second"])
        #expect(stub.now.logs["s"]?.isClosed == true)
    }

    @Test("holds each of many lines of several tasks once, one call at a time, in messages that piped takes")
    func manyLines() async throws {
        let stub = PipedStub()
        let padding = String(repeating: "x", count: 300)
        try await stub.connected { piped in
            await StageLog.keeping(address, in: piped, pace: pace) { log in
                await withTaskGroup { group in
                    for task in 0..<4 {
                        group.addTask {
                            for number in 0..<2000 { log.write("\(task) \(number) \(padding)") }
                        }
                    }
                }
            }
        }
        let state = stub.now
        let lines = state.kept()
        #expect(lines.count == 8000)
        for task in 0..<4 {
            #expect(lines.filter { $0.hasPrefix("\(task) ") } == (0..<2000).map { "\(task) \($0) \(padding)" })
        }
        #expect(state.calls.allSatisfy { $0.lines.reduce(0) { $0 + $1.utf8.count } <= 1 << 20 })
        #expect(state.mostCallsAtOnce == 1)
        let indexes = try #require(state.logs["s"]).file.map(\.index)
        #expect(zip(indexes, indexes.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test(
        "is whole when calls fail, before or after they had their effect",
        arguments: [.unavailable, .internalError, .unknown, .notFound, .permissionDenied] as [RPCError.Code]
    )
    func failures(code: RPCError.Code) async throws {
        let stub = PipedStub()
        let error = RPCError(code: code, message: "no")
        stub.fail(.before(error), .after(error), .after(error))
        try await stub.connected { piped in
            await StageLog.keeping(address, in: piped, pace: pace) { log in
                log.write("a")
                await stub.until { $0.kept() == ["a"] }
                log.write("b")
                await stub.until { $0.shown() == ["a", "b"] }
                stub.fail(.after(error))
                log.write("c")
            }
        }
        #expect(stub.now.kept() == ["a", "b", "c"])
        #expect(stub.now.logs["s"]?.isClosed == true)
    }

    @Test("loses nothing when piped goes away in the middle and comes back")
    func reconnects() async throws {
        let stub = PipedStub()
        let (isGone, gone) = AsyncStream.makeStream(of: Void.self)
        let (isDone, done) = AsyncStream.makeStream(of: Void.self)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup { group in
            group.addTask {
                let used = try await stub.serving { used in
                    port.yield(used)
                    await stub.until { $0.shown() == ["a", "b"] }
                    return used
                }
                gone.finish()
                try await stub.serving(port: used) { _ in for await _ in isDone {} }
            }
            let used = try #require(await ports.first { _ in true })
            try await PipedClient.connected(to: PipedAddress(host: "localhost", port: used), plugin: "multi") { piped in
                await StageLog.keeping(address, in: piped, pace: pace) { log in
                    log.write("a")
                    await stub.until { $0.kept() == ["a"] }
                    log.write("b")
                    for await _ in isGone {}
                    log.write("c")
                    await stub.until { $0.shown() == ["a", "b", "c"] }
                    log.write("d")
                }
            }
            done.finish()
            try await group.waitForAll()
        }
        #expect(stub.now.kept() == ["a", "b", "c", "d"])
    }
}
