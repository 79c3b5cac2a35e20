import TestSupport
import Testing

@testable import KubernetesAPI

@Suite("Room for requests", .timeLimit(.minutes(5)))
struct RequestGateTests {
    @Test("grows when more of it is asked for, for those who wait already, too")
    func grows() async throws {
        let gate = RequestGate(limit: 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await gate.run {
                group.addTask { try await gate.run {} }
                await Polling.wait { gate.waiting != 0 }
                gate.allow(2)
                await Polling.wait { gate.waiting != 1 }
            }
            try await group.waitForAll()
        }
    }

    @Test("does not shrink")
    func stays() async throws {
        let gate = RequestGate(limit: 2)
        gate.allow(1)
        try await gate.run { try await gate.run {} }
    }

    @Test("lets through no more than its limit, and everybody in the end")
    func limit() async throws {
        let gate = RequestGate(limit: 3)
        let counts = Lock((now: 0, most: 0, total: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await gate.run {
                        counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.total + 1) }
                        await Task.yield()
                        counts.withLock { $0.now -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(counts.withLock { $0.total } == 50)
        #expect((1...3).contains(counts.withLock { $0.most }))
    }

    @Test("lets a cancelled one go without letting it through")
    func cancelled() async throws {
        let gate = RequestGate(limit: 1)
        let (opened, open) = AsyncStream<Void>.makeStream()
        let (entered, enter) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await gate.run {
                    enter.finish()
                    for await _ in opened {}
                }
            }
            for await _ in entered {}
            try await Self.expectCancelled(gate)
            open.finish()
            try await group.waitForAll()
        }
        #expect(try await gate.run { 7 } == 7)
    }

    /// Waits at a gate that is full, and is cancelled there.
    private static func expectCancelled(_ gate: RequestGate) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await gate.run {}
                    return false
                } catch is CancellationError {
                    return true
                }
            }
            group.cancelAll()
            let wasCancelled = try await group.next()
            #expect(wasCancelled == true)
        }
    }
}
