package import Manifests
package import Rollouts

/// Everything that the plan of one stage for one deploy target is made from, apart from the cluster itself.
package struct PlanInput: Sendable {
    /// The stage as the user wrote it.
    package let stage: StageName
    /// The decoded options of the stage.
    package let options: StageOptions
    /// The application file that the stage goes by; of its pipeline, the stages that run on this target.
    package let configuration: ApplicationConfiguration
    /// The marks of this application on this target.
    package let ownership: Ownership
    /// The manifests as loaded for this target, without marks; empty for a stage that needs none.
    package let manifests: [Manifest]
    /// The version that is deployed; what a rollback undoes.
    package let deployed: DeployedVersion

    package init(
        stage: StageName,
        options: StageOptions,
        configuration: ApplicationConfiguration,
        ownership: Ownership,
        manifests: [Manifest],
        deployed: DeployedVersion? = nil
    ) {
        self.stage = stage
        self.options = options
        self.configuration = configuration
        self.ownership = ownership
        self.manifests = manifests
        self.deployed = deployed ?? DeployedVersion(configuration: configuration, commit: ownership.commit)
    }

    /// The part of the application file that is ours.
    package var spec: PluginSpec { configuration.plugin }

    /// The readiness policy of the stage, else that of the application.
    package var readiness: ReadinessPolicy { options.readiness ?? spec.readiness }

    /// The manifests with the ownership marks.
    ///
    /// - Throws: `StageError` when there are none, `RolloutError` when one cannot be marked.
    func markedManifests() throws -> [Manifest] {
        guard !manifests.isEmpty else { throw StageError(target: ownership.deployTarget, .noManifests) }
        return try markedOrNone()
    }

    /// The manifests with the ownership marks, for a stage that can do without any.
    func markedOrNone() throws -> [Manifest] {
        try manifests.map { try ownership.mark($0) }
    }
}

/// What is known of the version that a deployment brings.
package struct DeployedVersion: Sendable {
    /// Its application file.
    package let configuration: ApplicationConfiguration
    /// Its commit.
    package let commit: String

    package init(configuration: ApplicationConfiguration, commit: String) {
        self.configuration = configuration
        self.commit = commit
    }
}

/// Which version of the application a stage works with.
package enum StageSource: Sendable {
    /// The manifests of the version that is deployed.
    case target
    /// The manifests of the version that ran before, as copies beside the new one: what is selected in them and where
    /// they are is for that version's application file to say, everything else for the new one's.
    case runningBesideTarget
    /// The manifests and the application file of the version that ran before.
    case running
    /// No manifests.
    case nothing

    /// Whether the version that ran before must be known.
    package var isOfRunningVersion: Bool { self == .running || self == .runningBesideTarget }
}

/// A stage: the plan that it makes for one cluster.
///
/// Everything around it is the runner's.
package protocol StagePlanner: Sendable {
    /// The manifests that the stage reads.
    var source: StageSource { get }

    /// Whether no cluster may be touched when a single one cannot be planned for.
    var needsEveryCluster: Bool { get }

    /// Whether a cluster that cannot be planned for leaves the others alone, whatever the reason.
    var isForEachClusterAlone: Bool { get }

    /// Refuses options that can be seen to be wrong without any manifest or cluster.
    func check(_ options: StageOptions, spec: PluginSpec) throws

    /// The steps for one cluster; reads the view, and writes nothing.
    func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan
}

extension StagePlanner {
    package var source: StageSource { .target }
    package var needsEveryCluster: Bool { false }
    package var isForEachClusterAlone: Bool { false }
    package func check(_ options: StageOptions, spec: PluginSpec) throws {}
}
