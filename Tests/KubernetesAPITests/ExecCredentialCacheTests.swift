import TestSupport
import Testing

@testable import KubernetesAPI

@Suite("The credential of a plugin", .timeLimit(.minutes(5)))
struct ExecCredentialCacheTests {
    /// Stands in for the runs of a plugin: what each gives, and how many there were.
    private final class Runs: Sendable {
        private let state = Lock((count: 0, outcome: Result<Duration?, ExecFailure>.success(nil)))

        var count: Int { state.withLock { $0.count } }

        /// What the next runs give: a token of the number of the run, until a time since 1970.
        func give(until end: Duration?) {
            state.withLock { $0.outcome = .success(end) }
        }

        func fail() {
            state.withLock { $0.outcome = .failure(ExecFailure("failed")) }
        }

        func next() throws -> ExecCredential {
            let (count, outcome) = state.withLock { state in
                state.count += 1
                return state
            }
            return ExecCredential(token: "t\(count)", identity: nil, expiration: try outcome.get())
        }
    }

    private let clock = SetClock()
    private let runs = Runs()
    private let cache: ExecCredentialCache

    init() {
        let runs = runs
        cache = ExecCredentialCache(clock: clock.clock) { try runs.next() }
    }

    private var token: String? {
        get async throws { try await cache.credential().token }
    }

    @Test("without an end lasts until the server refuses it")
    func endless() async throws {
        #expect(try await token == "t1")
        clock.advance(by: .seconds(1_000_000))
        #expect(try await token == "t1")
        cache.forget { $0.token == "another" }
        #expect(try await token == "t1")
        cache.forget { $0.token == "t1" }
        #expect(try await token == "t2")
    }

    @Test("that lives long is renewed 30 s before its end")
    func early() async throws {
        runs.give(until: clock.sinceEpoch + .seconds(121))
        #expect(try await token == "t1")
        clock.advance(by: .seconds(90))
        #expect(try await token == "t1")
        clock.advance(by: .seconds(1))
        #expect(try await token == "t2")
    }

    @Test("that lives two minutes or less is used to its end")
    func short() async throws {
        runs.give(until: clock.sinceEpoch + .seconds(120))
        #expect(try await token == "t1")
        clock.advance(by: .seconds(119))
        #expect(try await token == "t1")
        clock.advance(by: .seconds(1))
        #expect(try await token == "t2")
    }

    @Test("serves on when the early renewal fails, which is tried again after five seconds")
    func fallback() async throws {
        runs.give(until: clock.sinceEpoch + .seconds(600))
        #expect(try await token == "t1")
        runs.fail()
        clock.advance(by: .seconds(571))
        #expect(try await token == "t1")
        #expect(try await token == "t1")
        #expect(runs.count == 2)
        clock.advance(by: .seconds(5))
        #expect(try await token == "t1")
        #expect(runs.count == 3)
        clock.advance(by: .seconds(24))
        await #expect(throws: ExecFailure("failed")) { try await token }
        runs.give(until: nil)
        #expect(try await token == "t5")
    }

    @Test("serves the others while one of them renews it")
    func renewal() async throws {
        let runs = runs
        let gate = RequestGate(limit: 1)
        let entered = Lock(0)
        let cache = ExecCredentialCache(clock: clock.clock) {
            entered.withLock { $0 += 1 }
            return try await gate.run { try runs.next() }
        }
        runs.give(until: clock.sinceEpoch + .seconds(600))
        #expect(try await cache.credential().token == "t1")
        runs.give(until: nil)
        clock.advance(by: .seconds(571))
        try await withThrowingTaskGroup(of: String?.self) { group in
            try await gate.run {
                group.addTask { try await cache.credential().token }
                await Polling.wait { entered.withLock { $0 } >= 2 }
                let meanwhile = try await cache.credential()
                #expect(meanwhile.token == "t1")
            }
            #expect(try await group.next() == "t2")
        }
        #expect(try await cache.credential().token == "t2")
    }

    @Test("is fetched once for all who wait for it", arguments: [true, false])
    func shared(succeeds: Bool) async throws {
        let gate = RequestGate(limit: 1)
        let runs = Runs()
        if !succeeds { runs.fail() }
        let cache = ExecCredentialCache(clock: clock.clock) {
            let result = Result { try runs.next() }
            try await gate.run {}
            return try result.get()
        }
        let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
            try await gate.run {
                for _ in 0..<10 { group.addTask { try? await cache.credential().token } }
                await Polling.wait { cache.waiting >= 9 }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(tokens == Array(repeating: succeeds ? "t1" : nil, count: 10))
        #expect(runs.count == 1)
    }

    @Test("is fetched by the next in line when the first is cancelled")
    func takeover() async throws {
        let runs = runs
        let clock = clock.clock
        let entered = Lock(0)
        let cache = ExecCredentialCache(clock: clock) {
            let isFirst = entered.withLock { count in
                count += 1
                return count == 1
            }
            if isFirst { try await Task.sleep(for: .seconds(3600)) }
            return try runs.next()
        }
        try await withThrowingTaskGroup(of: String?.self) { outer in
            outer.addTask {
                await withTaskGroup(of: String?.self) { inner in
                    inner.addTask { try? await cache.credential().token }
                    await Polling.wait { cache.waiting >= 1 }
                    inner.cancelAll()
                    return await inner.next() ?? nil
                }
            }
            await Polling.wait { entered.withLock { $0 } != 0 }
            outer.addTask { try await cache.credential().token }
            let tokens = try await outer.reduce(into: [String?]()) { $0.append($1) }
            #expect(Set(tokens) == [nil, "t1"])
        }
    }
}
