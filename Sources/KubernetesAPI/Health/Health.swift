import Manifests

/// How an object fares, in the words that most people know, and why.
///
/// Computed from the object alone and bound to the generation that its controller has seen. `Readiness` says instead whether
/// a rollout may go on.
public struct Health: Sendable, Hashable {
    /// The state in one word.
    public enum Status: String, Sendable, CaseIterable {
        /// It does what it is for.
        case healthy
        /// It is on its way; waiting helps.
        case progressing
        /// Something is wrong that does not pass by itself.
        case degraded
        /// Somebody has stopped it on purpose.
        case suspended
        /// It should be there and is not.
        case missing
        /// Nobody can tell.
        case unknown
    }

    /// PipeCD's words, of which there are fewer.
    public enum PipeCDStatus: String, Sendable, CaseIterable {
        /// `HEALTHY` on the wire.
        case healthy
        /// `UNHEALTHY` on the wire.
        case unhealthy
        /// `UNKNOWN` on the wire.
        case unknown
    }

    /// The state.
    public let status: Status
    /// What PipeCD calls that state of this kind of object.
    public let pipeCDStatus: PipeCDStatus
    /// Why, in words to act on; empty when there is nothing to say.
    public let reason: String

    /// A state; PipeCD's word follows from ours unless the kind has another rule.
    public init(_ status: Status, _ reason: String = "", pipeCD: PipeCDStatus? = nil) {
        self.status = status
        self.reason = reason
        pipeCDStatus = pipeCD ?? status.pipeCDStatus
    }
}

extension Health.Status {
    /// PipeCD's word where a kind has no rule of its own.
    var pipeCDStatus: Health.PipeCDStatus {
        switch self {
        case .healthy: .healthy
        case .progressing, .degraded, .missing: .unhealthy
        case .suspended, .unknown: .unknown
        }
    }
}
