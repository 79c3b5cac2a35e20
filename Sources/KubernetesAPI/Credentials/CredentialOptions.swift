/// How credentials are fetched and when they are too old; tests put their own in place.
struct CredentialOptions: Sendable {
    var clock = CredentialClock.system
    var limits = ExecLimits()
}
