import Glibc

/// The times by which credentials grow old.
struct CredentialClock: Sendable {
    /// The time since 1970, which an expiry is told in.
    var sinceEpoch: @Sendable () -> Duration
    /// The time that never jumps, for how long ago a file was looked at.
    var now: @Sendable () -> ContinuousClock.Instant

    /// The clocks of this machine.
    static let system = CredentialClock(
        sinceEpoch: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        },
        now: { .now }
    )
}
