/// When to send a request again, and when to stop trying.
struct RetryPolicy: Sendable {
    /// How often a request may be repeated after a broken connection or an overloaded server without advice.
    var repetitions = 4
    /// How often a request may be repeated when the server says when.
    var advisedRepetitions = 10
    /// The longest sum of waits for one request.
    var longestWait: Duration = .seconds(60)
    /// The first wait; each further one doubles.
    var firstWait: Duration = .milliseconds(100)
    /// Waits; tests put their own in its place.
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// A factor around 1 that keeps many clients from trying again at the same moment.
    var jitter: @Sendable () -> Double = { Double.random(in: 0.8...1.2) }

    /// What happened to a request that might be sent again.
    enum Event {
        /// The connection broke.
        case connectionLost
        /// The server refused it for now, and perhaps says for how many seconds.
        case refused(code: Int, retryAfter: Int?)
    }

    /// The repetitions of one request so far.
    struct Progress {
        var repetitions = 0
        var advised = 0
        var waited: Duration = .zero
    }

    /// How long to wait before the next try, `nil` to give up.
    func wait(after event: Event, isIdempotent: Bool, progress: inout Progress) -> Duration? {
        let wait: Duration
        switch event {
        case .refused(let code, let seconds?) where code == 429 || code >= 500:
            // With this header the server says that it did not execute the request.
            guard progress.advised < advisedRepetitions else { return nil }
            progress.advised += 1
            wait = .seconds(max(0, seconds))
        case .connectionLost, .refused(500..., nil), .refused(429, nil):
            guard isIdempotent, progress.repetitions < repetitions else { return nil }
            wait = firstWait * (jitter() * Double(1 << progress.repetitions))
            progress.repetitions += 1
        case .refused: return nil
        }
        guard progress.waited + wait <= longestWait else { return nil }
        progress.waited += wait
        return wait
    }
}
