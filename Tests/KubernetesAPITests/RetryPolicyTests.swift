import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Retry policy")
struct RetryPolicyTests {
    private static let policy: RetryPolicy = {
        var policy = RetryPolicy()
        policy.jitter = { 1 }
        return policy
    }()

    private static func waits(
        _ trouble: RetryPolicy.Trouble,
        advice: Int? = nil,
        isIdempotent: Bool = true,
        policy: RetryPolicy = policy
    ) -> [Duration] {
        var progress = RetryPolicy.Progress()
        var waits: [Duration] = []
        while waits.count < 20,
            let wait = policy.wait(
                after: trouble,
                advice: advice,
                isIdempotent: isIdempotent,
                progress: &progress
            )
        {
            waits.append(wait)
        }
        return waits
    }

    private static func trouble(_ code: Int, _ reason: String = "", _ message: String = "", advice: Int? = nil)
        -> RetryPolicy.Trouble?
    {
        let status: Value = [
            "kind": "Status", "apiVersion": "v1", "reason": .string(reason), "message": .string(message),
        ]
        return RetryPolicy.Trouble(APIStatus(body: status.jsonBytes(), code: code), advice: advice)
    }

    @Test(
        "tries again as often, and after as long, as its table says",
        arguments: [
            (.overloaded, [100, 200, 400, 800], [0, 0, 0, 0]),
            (.webhookFailed, [2000, 4000, 8000], [2000, 4000, 8000]),
            (.connectionLost, [100, 200, 400, 800], []),
            (.noContact, [100, 200, 400, 800], [100, 200, 400, 800]),
            (.lostContact, [2000, 4000, 8000, 16_000], [2000, 4000, 8000, 16_000]),
        ] as [(RetryPolicy.Trouble, [Int], [Int])]
    )
    func table(trouble: RetryPolicy.Trouble, waits: [Int], unlessIdempotent: [Int]) {
        #expect(Self.waits(trouble) == waits.map { .milliseconds($0) })
        let others = unlessIdempotent.filter { $0 > 0 }.map { Duration.milliseconds($0) }
        #expect(Self.waits(trouble, isIdempotent: false) == others)
    }

    @Test("API-20 follows the server's advice for any request, up to a minute in all")
    func advised() {
        #expect(Self.waits(.advised, advice: 2, isIdempotent: false) == Array(repeating: .seconds(2), count: 10))
        #expect(Self.waits(.advised, advice: 25).count == 2)
        #expect(Self.waits(.advised, advice: 3600).isEmpty)
        #expect(Self.waits(.advised, advice: .max).isEmpty)
        #expect(Self.waits(.advised, advice: -1) == Array(repeating: .zero, count: 10))
    }

    @Test(
        "comes up to a fifth later than advised, however the jitter falls, and never earlier",
        arguments: [0.8, 1, 1.2]
    )
    func advisedJitter(jitter: Double) {
        var policy = RetryPolicy()
        policy.jitter = { jitter }
        let wait = Duration.seconds(jitter == 1 ? 10 : 12)
        #expect(Self.waits(.advised, advice: 10, policy: policy).first?.rounded == wait)
        #expect(Self.waits(.advised, advice: 60, policy: policy) == [.seconds(60)])
    }

    @Test("waits no longer for a control plane than half a minute, however the jitter falls")
    func bounded() {
        var policy = RetryPolicy()
        policy.jitter = { 1.2 }
        let waits = Self.waits(.lostContact, policy: policy)
        #expect(waits.count == 4)
        #expect(waits.reduce(.zero, +) == .seconds(30))
    }

    @Test("has no rule for what is final", arguments: RetryPolicy.Trouble.allCases)
    func noRule(trouble: RetryPolicy.Trouble) {
        var policy = Self.policy
        policy.rules[trouble] = nil
        #expect(Self.waits(trouble, advice: 1, policy: policy).isEmpty)
    }

    @Test("takes a refusal for good as final", arguments: [400, 401, 403, 404, 409, 410, 422, 501])
    func refused(code: Int) {
        #expect(Self.trouble(code) == nil)
        #expect(Self.trouble(code, advice: 1) == nil)
    }

    @Test("tells an overloaded server from a webhook and from a type error")
    func troubles() {
        let webhook = "Internal error occurred: failed calling webhook \"v.example.com\": connection refused"
        #expect(Self.trouble(500, "InternalError", webhook) == .webhookFailed)
        #expect(Self.trouble(500, "InternalError", webhook, advice: 1) == .advised)
        #expect(Self.trouble(500, "InternalError", "Internal error occurred: x") == .overloaded)
        #expect(Self.trouble(504, "Timeout") == .overloaded)
        #expect(Self.trouble(429) == .overloaded)
        #expect(Self.trouble(429, advice: 0) == .advised)
        for message in ["failed to create typed patch object: .spec.x", "failed to convert new object"] {
            #expect(Self.trouble(500, "", message) == nil)
            #expect(Self.trouble(500, "", message, advice: 1) == nil)
        }
    }

    @Test("tells an address that has answered from one that never has, and silence from refusal")
    func unreachable() {
        let refused = HTTPFailure.unreachable(cause: "connection refused")
        #expect(RetryPolicy.Trouble(refused, hasAnswered: false) == .noContact)
        #expect(RetryPolicy.Trouble(refused, hasAnswered: true) == .lostContact)
        #expect(RetryPolicy.Trouble(.connectionLost(code: 56, cause: ""), hasAnswered: true) == .connectionLost)
        for failure in [HTTPFailure.connectTimedOut, .tls(cause: ""), .timedOut(nil), .closed, .tooLarge(limit: 1)] {
            #expect(RetryPolicy.Trouble(failure, hasAnswered: true) == nil)
        }
    }
}

extension Duration {
    /// The nearest millisecond.
    fileprivate var rounded: Duration { .milliseconds((self / .milliseconds(1)).rounded()) }
}

@Suite("Request rate", .timeLimit(.minutes(5)))
struct RequestRateTests {
    /// A rate of ten in a second and three at once, in a time that only waits move on.
    private static func rate(_ time: Lock<Duration>, _ waits: Lock<[Duration]>) -> RequestRate {
        let start = ContinuousClock.now
        return RequestRate(
            perSecond: 10,
            burst: 3,
            now: { start + time.withLock { $0 } },
            sleep: { wait in waits.withLock { $0.append(wait) } }
        )
    }

    @Test("lets a burst pass without a wait, then one after another, each a tenth of a second later")
    func burst() async throws {
        let (time, waits) = (Lock(Duration.zero), Lock<[Duration]>([]))
        let rate = Self.rate(time, waits)
        for _ in 0..<3 { try await rate.take() }
        #expect(waits.withLock { $0 }.isEmpty)
        for _ in 0..<4 { try await rate.take() }
        #expect(waits.withLock { $0 } == [100, 200, 300, 400].map { .milliseconds($0) })
    }

    @Test("fills up in a pause, and never beyond its burst")
    func pause() async throws {
        let (time, waits) = (Lock(Duration.zero), Lock<[Duration]>([]))
        let rate = Self.rate(time, waits)
        for _ in 0..<3 { try await rate.take() }
        time.withLock { $0 = .milliseconds(200) }
        for _ in 0..<3 { try await rate.take() }
        #expect(waits.withLock { $0 } == [.milliseconds(100)])
        time.withLock { $0 = .seconds(3600) }
        for _ in 0..<4 { try await rate.take() }
        #expect(waits.withLock { $0 } == [.milliseconds(100), .milliseconds(100)])
    }

    @Test("lets a cancelled one go")
    func cancelled() async throws {
        let start = ContinuousClock.now
        let rate = RequestRate(
            perSecond: 1,
            burst: 1,
            now: { start },
            sleep: { _ in try await Task.sleep(for: .seconds(3600)) }
        )
        try await rate.take()
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await rate.take() }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.waitForAll() }
        }
    }
}

extension RequestRateTests {
    @Test("holds the requests of a client, but not those of its discovery")
    func client() async throws {
        let waits = RecordedWaits()
        var options = ClusterClient.Options(retry: waits.policy)
        options.requestsPerSecond = 1
        options.requestBurst = 1
        try await withScriptedServer(options: options) { request, _ in
            ScriptedServer.discovery(request)
                ?? .respond(200, #"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x"}}"#)
        } _: { server, client in
            _ = try await client.discovery()
            #expect(server.requests.count == 3)
            #expect(waits.all.isEmpty)
            // The clock runs meanwhile, but no machine is so slow that nobody has to wait.
            for _ in 0..<20 { _ = try await client.get(.configMaps, namespace: "n", name: "x") }
            #expect(!waits.all.isEmpty)
        }
    }
}
