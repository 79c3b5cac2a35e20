/// When a request is sent again, and when the client gives up: a table with one rule for each kind of trouble.
///
/// What has no rule is final: a refusal for good, a field of the wrong type, a server that cannot be trusted, no answer
/// in time. Refused credentials are renewed once, which is no matter of this table. A create that may have been executed
/// is sent again only after a look at the cluster; `ClusterClient.create` says how.
public struct RetryPolicy: Sendable {
    /// What keeps a request from its answer, and may pass.
    public enum Trouble: Sendable, Hashable, CaseIterable {
        /// 429 or 5xx, and the server says when to come again; it has not executed the request.
        case advised
        /// 429 or 5xx without a time; after 504 nobody knows whether the request was executed.
        case overloaded
        /// A webhook that has to agree to a write did not answer; the write was not executed.
        case webhookFailed
        /// The connection broke before the answer was whole; nobody knows whether the request was executed.
        case connectionLost
        /// Nobody answers at the address, and nobody ever has: the address may well be wrong. Nothing was sent.
        case noContact
        /// Nobody answers at an address that has answered before: the control plane starts anew. Nothing was sent.
        case lostContact
    }

    /// What is done about one kind of trouble.
    public struct Rule: Sendable, Hashable {
        /// How often a request is sent again because of it.
        public var repetitions: Int
        /// The wait before the first repetition, which doubles with each further one; the server's advice replaces it, and is exceeded by a fifth at
        /// most.
        public var firstWait: Duration
        /// The longest sum of these waits for one request.
        public var longestWait: Duration
        /// Whether a request is sent again even when sending it twice is not the same as sending it once.
        public var isForEveryRequest: Bool

        /// A row of the table.
        public init(repetitions: Int, firstWait: Duration, longestWait: Duration, isForEveryRequest: Bool) {
            self.repetitions = repetitions
            self.firstWait = firstWait
            self.longestWait = longestWait
            self.isForEveryRequest = isForEveryRequest
        }
    }

    /// The table.
    ///
    /// A control plane that restarts in the middle of a stage gets 30 seconds. An address that has never answered gets a
    /// second and a half: a typing error must not cost half a minute for each cluster.
    public var rules: [Trouble: Rule] = [
        .advised: Rule(repetitions: 10, firstWait: .zero, longestWait: .seconds(60), isForEveryRequest: true),
        .overloaded: .shortly(isForEveryRequest: false),
        .webhookFailed: Rule(
            repetitions: 3,
            firstWait: .seconds(2),
            longestWait: .seconds(20),
            isForEveryRequest: true
        ),
        .connectionLost: .shortly(isForEveryRequest: false),
        .noContact: .shortly(isForEveryRequest: true),
        .lostContact: Rule(repetitions: 4, firstWait: .seconds(2), longestWait: .seconds(30), isForEveryRequest: true),
    ]

    /// Waits, for the next try and for the client's rate; tests put their own in its place.
    package var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// A factor around 1 that keeps many clients from trying again at the same moment.
    package var jitter: @Sendable () -> Double = { Double.random(in: 0.8...1.2) }

    /// The table as it is above.
    public init() {}
}

extension RetryPolicy.Rule {
    /// Four times, after 0.1, 0.2, 0.4 and 0.8 seconds.
    fileprivate static func shortly(isForEveryRequest: Bool) -> Self {
        Self(
            repetitions: 4,
            firstWait: .milliseconds(100),
            longestWait: .seconds(2),
            isForEveryRequest: isForEveryRequest
        )
    }
}

extension RetryPolicy {
    /// The repetitions of one request so far.
    struct Progress {
        fileprivate var repetitions: [Trouble: Int] = [:]
        fileprivate var waited: [Trouble: Duration] = [:]
    }

    /// How long to wait before the next try, `nil` to give up.
    ///
    /// - Parameters:
    ///   - trouble: What happened.
    ///   - advice: When the server wants to be asked again, in seconds.
    ///   - isIdempotent: Whether sending the request twice is the same as sending it once.
    ///   - progress: What was tried for this request; one more try is noted.
    /// - Returns: The wait, which is what is left of the longest sum when the next one would be longer.
    func wait(
        after trouble: Trouble,
        advice: Int? = nil,
        isIdempotent: Bool,
        progress: inout Progress
    ) -> Duration? {
        let count = progress.repetitions[trouble, default: 0]
        guard let rule = rules[trouble], count < rule.repetitions, isIdempotent || rule.isForEveryRequest else {
            return nil
        }
        let left = rule.longestWait - progress.waited[trouble, default: .zero]
        var wait = min(rule.firstWait * (jitter() * Double(1 << min(count, 30))), left)
        if trouble == .advised {
            let advised = Duration.seconds(max(0, advice ?? 0))
            // Earlier than the server wants is no use.
            guard advised <= left else { return nil }
            wait = min(advised * (1 + abs(jitter() - 1)), left)
        }
        progress.repetitions[trouble] = count + 1
        progress.waited[trouble, default: .zero] += wait
        return wait
    }
}

extension RetryPolicy.Trouble {
    /// What a refusal says, `nil` when it is for good.
    init?(_ status: APIStatus, advice: Int?) {
        // The server cannot do what it answers 501 to, however often it is asked.
        guard status.code == 429 || (status.code >= 500 && status.code != 501), !status.isTypeError else { return nil }
        self = advice != nil ? .advised : status.isWebhookFailure ? .webhookFailed : .overloaded
    }

    /// What a broken exchange says, `nil` when trying again is no use.
    init?(_ failure: HTTPFailure, hasAnswered: Bool) {
        switch failure {
        case .connectionLost: self = .connectionLost
        case .unreachable: self = hasAnswered ? .lostContact : .noContact
        case .connectTimedOut, .tls, .timedOut, .tooLarge, .closed, .other: return nil
        }
    }
}
