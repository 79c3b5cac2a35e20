package import Manifests
package import Rollouts

/// Something that happened in a stage on one cluster, as it happens.
package struct StageEvent: Sendable {
    /// What happened.
    package enum Kind: Sendable {
        /// Planning began.
        case planning
        /// The plan is made, with so many steps.
        case planned(steps: Int)
        /// An object was written or deleted.
        case changed(ResourceChange)
        /// Traffic was routed by this object: the share of each variant in percent.
        case routed(ResourceKey, [Variant: Int])
        /// A wait for objects began, which gives up after so long.
        case waitStarted(deadline: Duration)
        /// An object is not ready yet, and why.
        case waiting(ResourceKey, String)
        /// An object that was waited for is ready.
        case ready(ResourceKey)
        /// Something the user should know.
        case note(String)
        /// The stage ended here.
        case finished(TargetReport)
    }

    /// The stage as the user wrote its name.
    package let stage: String
    /// The name of the deploy target.
    package let target: String
    /// What happened.
    package let kind: Kind
}

/// Where events go; called from several tasks at once.
package typealias StageEventHandler = @Sendable (StageEvent) -> Void
