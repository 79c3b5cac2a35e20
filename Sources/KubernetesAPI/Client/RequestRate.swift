/// Spreads requests over time: so many each second, and a burst after a pause.
///
/// A [token bucket](https://en.wikipedia.org/wiki/Token_bucket), of which one number is kept: when it will be full
/// again. Everybody who comes moves that time on by one token, and waits for as long as it lies beyond what the bucket
/// holds; so who comes first goes first, and who finds a token never waits. A token that was waited for in vain is lost.
final class RequestRate: Sendable {
    private let interval: Duration
    private let capacity: Duration
    private let fullAt: Lock<ContinuousClock.Instant>
    private let now: @Sendable () -> ContinuousClock.Instant
    private let sleep: @Sendable (Duration) async throws -> Void

    /// A full bucket; `now` and `sleep` are for tests.
    init(
        perSecond: Int,
        burst: Int,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        interval = .seconds(1) / max(1, perSecond)
        capacity = interval * max(1, burst)
        fullAt = Lock(now())
        self.now = now
        self.sleep = sleep
    }

    /// Takes a token, and waits for it where there is none; throws when cancelled meanwhile.
    func take() async throws {
        let wait = reserve()
        guard wait > .zero else { return }
        try await sleep(wait)
    }

    private func reserve() -> Duration {
        let now = now()
        return fullAt.withLock { fullAt in
            fullAt = max(fullAt, now) + interval
            return now.duration(to: fullAt) - capacity
        }
    }
}
