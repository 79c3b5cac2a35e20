public import Manifests

/// The two ways to deploy a version.
public enum Strategy: String, Sendable, Hashable {
    /// Everything in Git is applied at once.
    case quickSync
    /// The stages of the pipeline run one after the other.
    case pipeline
}

/// Why a strategy is chosen.
///
/// The first reason that fits counts, in the order of the cases.
public enum StrategyReason: Sendable, Hashable {
    /// The user asked for it.
    case requested(Strategy)

    // What the application file, the commit and the past say.

    /// The application file has no pipeline.
    case noPipeline
    /// `planner.alwaysUsePipeline` is set.
    case alwaysUsePipeline
    /// The commit message matches a pattern of `commitMatcher`.
    case commitMatched(Strategy, pattern: String)
    /// Nothing was deployed before.
    case firstDeployment

    // What changes between the two versions.

    /// The running version has none of the selected workloads.
    case noRunningWorkload
    /// The new version has none of the selected workloads.
    case noNewWorkload
    /// The two versions cannot be compared; why.
    case diffError(String)
    /// A workload gets other images.
    case imageChanged([ImageChange])
    /// The pod template of a workload changes in another way.
    case templateChanged(ResourceKey)
    /// There are so many fewer ConfigMaps and Secrets.
    case configDeleted(Int)
    /// There are so many more ConfigMaps and Secrets.
    case configAdded(Int)
    /// A ConfigMap or Secret is gone, and another one is there instead.
    case configReplaced(ResourceKey)
    /// A ConfigMap or Secret changes.
    case configUpdated(ResourceKey)
    /// Workloads get another number of pods.
    case scaled([ReplicasChange])
    /// Nothing changes that needs the pipeline.
    case nothingSpecial
}

/// A container that gets another image.
public struct ImageChange: Sendable, Hashable {
    /// The image of the running version.
    public let before: ImageReference
    /// The image of the new version.
    public let after: ImageReference

    /// A change of an image.
    public init(before: ImageReference, after: ImageReference) {
        self.before = before
        self.after = after
    }
}

/// A workload that gets another number of pods.
public struct ReplicasChange: Sendable, Hashable {
    /// The workload.
    public let workload: ResourceKey
    /// `spec.replicas` of the running version, `nil` when unset.
    public let before: Value?
    /// `spec.replicas` of the new version, `nil` when unset.
    public let after: Value?

    /// A change of the number of pods.
    public init(workload: ResourceKey, before: Value?, after: Value?) {
        self.workload = workload
        self.before = before
        self.after = after
    }
}

extension StrategyReason {
    /// The strategy that follows from it.
    public var strategy: Strategy {
        switch self {
        case .requested(let strategy), .commitMatched(let strategy, _): strategy
        case .noPipeline, .firstDeployment, .noRunningWorkload, .noNewWorkload, .scaled, .nothingSpecial: .quickSync
        case .alwaysUsePipeline, .diffError, .imageChanged, .templateChanged, .configDeleted, .configAdded,
            .configReplaced, .configUpdated:
            .pipeline
        }
    }

    /// The word for programs; it never changes.
    public var code: String {
        switch self {
        case .requested: "requested"
        case .noPipeline: "no-pipeline"
        case .alwaysUsePipeline: "always-use-pipeline"
        case .commitMatched: "commit-matched"
        case .firstDeployment: "first-deployment"
        case .noRunningWorkload: "no-running-workload"
        case .noNewWorkload: "no-new-workload"
        case .diffError: "diff-error"
        case .imageChanged: "image-changed"
        case .templateChanged: "template-changed"
        case .configDeleted: "config-deleted"
        case .configAdded: "config-added"
        case .configReplaced: "config-replaced"
        case .configUpdated: "config-updated"
        case .scaled: "scaled"
        case .nothingSpecial: "nothing-special"
        }
    }
}
