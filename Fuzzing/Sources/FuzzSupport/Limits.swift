package import Manifests

extension ReadLimits {
    /// Limits that keep one check short: a few bytes can stand for millions of nodes.
    package static let fuzzing = ReadLimits(depth: 100, bytes: 1 << 20, expandedNodes: 10_000)

    /// The same with keys that may stand twice.
    package static let fuzzingRepeatedKeys: ReadLimits = {
        var limits = fuzzing
        limits.allowsRepeatedKeys = true
        return limits
    }()
}
