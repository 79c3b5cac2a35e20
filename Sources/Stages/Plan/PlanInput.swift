package import Manifests
package import Rollouts

/// Everything that the plan of one stage for one deploy target is made from, apart from the cluster itself.
package struct PlanInput: Sendable {
    /// The stage as the user wrote it.
    package let stage: StageName
    /// The decoded options of the stage.
    package let options: StageOptions
    /// The application file.
    package let configuration: ApplicationConfiguration
    /// The marks of this application on this target.
    package let ownership: Ownership
    /// The manifests as loaded for this target, without marks; empty for a stage that needs none.
    package let manifests: [Manifest]

    package init(
        stage: StageName,
        options: StageOptions,
        configuration: ApplicationConfiguration,
        ownership: Ownership,
        manifests: [Manifest]
    ) {
        self.stage = stage
        self.options = options
        self.configuration = configuration
        self.ownership = ownership
        self.manifests = manifests
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
        return try manifests.map { try ownership.mark($0) }
    }
}

/// A stage: the plan that it makes for one cluster.
///
/// Everything around it is the runner's.
package protocol StagePlanner: Sendable {
    /// Whether the stage reads the application's manifests.
    var needsManifests: Bool { get }

    /// Whether no cluster may be touched when a single one cannot be planned for.
    var needsEveryCluster: Bool { get }

    /// Refuses options that can be seen to be wrong without any manifest or cluster.
    func check(_ options: StageOptions, spec: PluginSpec) throws

    /// The steps for one cluster; reads the view, and writes nothing.
    func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan
}

extension StagePlanner {
    package var needsManifests: Bool { true }
    package var needsEveryCluster: Bool { false }
    package func check(_ options: StageOptions, spec: PluginSpec) throws {}
}
