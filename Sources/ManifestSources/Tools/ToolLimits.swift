import Manifests

/// What one run of a tool may use.
struct ToolLimits: Sendable {
    /// How long it may run before it is killed with all that it started.
    var time: Duration = .seconds(300)
    /// How many bytes it may print; one more, and it is killed.
    var output = ReadLimits.standard.bytes
    /// How many of the last bytes that it writes to standard error are kept.
    var complaint = 64 << 10

    /// The limits of all runs outside of tests.
    static let standard = ToolLimits()
}
