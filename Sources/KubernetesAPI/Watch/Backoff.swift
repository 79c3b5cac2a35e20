/// How long to wait after failures: 0.8 s, each time twice as long up to 30 s, and 0.8 s again after two good minutes.
struct Backoff {
    private static let first: Duration = .milliseconds(800)

    private let jitter: @Sendable () -> Double
    private var next = first
    private var goodSince: ContinuousClock.Instant

    init(jitter: @escaping @Sendable () -> Double, at now: ContinuousClock.Instant) {
        self.jitter = jitter
        goodSince = now
    }

    /// How long to wait after a failure.
    mutating func wait(at now: ContinuousClock.Instant) -> Duration {
        if now - goodSince >= .seconds(120) { next = Self.first }
        defer { next = min(next * 2, .seconds(30)) }
        return next * jitter()
    }

    /// Notes that a wait is over.
    mutating func goOn(at now: ContinuousClock.Instant) {
        goodSince = now
    }
}
