extension ClusterClient {
    /// What a caller may change.
    public struct Options: Sendable {
        /// The most requests to the cluster at once.
        public var requestsInFlight: Int
        /// The name under which we own fields.
        public var fieldManager: FieldManager
        /// When a request is sent again.
        public var retry: RetryPolicy
        /// How many requests are sent in a second when they go on and on; discovery is counted apart.
        ///
        /// Four times what kubectl-like clients take (50, and bursts of 100): with those, the second hundred of objects
        /// would wait for seconds. The server defends itself with 429 and `Retry-After`, which is obeyed.
        public var requestsPerSecond = 200
        /// How many requests may be sent at once after a pause.
        public var requestBurst = 400
        /// How long the server may take for one request that is no list, watch or discovery: those have limits of their own.
        ///
        /// The server is told, and gets up to four seconds more for its answer. A write that it does not answer in time is
        /// not sent again.
        public var requestTimeout: Duration = APICall.usualTimeout
        /// The name and version of the program, as the server's audit log is to show it, such as `flotilla/1.2.0`.
        public var product = "flotilla"
        var credentials = CredentialOptions()
        /// The time by which what is known of a cluster grows old.
        var now: @Sendable () -> ContinuousClock.Instant = { .now }

        /// What suits most.
        public init(
            requestsInFlight: Int = 16,
            fieldManager: FieldManager = .flotilla,
            retry: RetryPolicy = RetryPolicy()
        ) {
            self.requestsInFlight = requestsInFlight
            self.fieldManager = fieldManager
            self.retry = retry
        }
    }
}
