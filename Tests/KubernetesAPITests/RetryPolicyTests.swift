import Testing

@testable import KubernetesAPI

@Suite("Retry policy")
struct RetryPolicyTests {
    private static let policy: RetryPolicy = {
        var policy = RetryPolicy()
        policy.jitter = { 1 }
        return policy
    }()

    private static func waits(_ event: RetryPolicy.Event, isIdempotent: Bool, at most: Int = 20) -> [Duration] {
        var progress = RetryPolicy.Progress()
        var waits: [Duration] = []
        while waits.count < most, let wait = policy.wait(after: event, isIdempotent: isIdempotent, progress: &progress)
        {
            waits.append(wait)
        }
        return waits
    }

    @Test("a broken connection is tried again four times, with growing waits")
    func broken() {
        let expected: [Duration] = [100, 200, 400, 800].map { .milliseconds($0) }
        #expect(Self.waits(.connectionLost, isIdempotent: true) == expected)
        #expect(Self.waits(.refused(code: 503, retryAfter: nil), isIdempotent: true) == expected)
    }

    @Test("what is not the same when sent twice is not tried again")
    func once() {
        #expect(Self.waits(.connectionLost, isIdempotent: false).isEmpty)
        #expect(Self.waits(.refused(code: 500, retryAfter: nil), isIdempotent: false).isEmpty)
    }

    @Test("API-20 the server's advice is followed for any request, up to a minute in all")
    func advised() {
        #expect(
            Self.waits(.refused(code: 429, retryAfter: 2), isIdempotent: false)
                == Array(repeating: .seconds(2), count: 10)
        )
        #expect(Self.waits(.refused(code: 503, retryAfter: 25), isIdempotent: true).count == 2)
        #expect(Self.waits(.refused(code: 429, retryAfter: 3600), isIdempotent: true).isEmpty)
    }

    @Test("a refusal for good is final", arguments: [400, 401, 403, 404, 409, 410, 422])
    func refused(code: Int) {
        #expect(Self.waits(.refused(code: code, retryAfter: nil), isIdempotent: true).isEmpty)
        #expect(Self.waits(.refused(code: code, retryAfter: 1), isIdempotent: true).isEmpty)
    }
}

@Suite("Request gate", .timeLimit(.minutes(1)))
struct RequestGateTests {
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
