package import Rollouts

/// What a deployment is about to do, decided without asking a cluster: how, with which images, and stage by stage.
///
/// `DeploymentPlanning` makes it. What each stage would do in each cluster `StageRunner.plan` says, for every one of the
/// requests.
package struct DeploymentPlan: Sendable {
    /// Quick sync or pipeline, and why.
    package let decision: StrategyDecision
    /// The images of the new version.
    package let versions: ArtifactVersions
    /// The stages that are ours; one that only a failure calls for is the last.
    package let stages: [PlannedStage]
    /// The requests for the stages, in their order, that of the rollback left out.
    package let requests: [StageRequest]
    /// The request for the stage that runs when another one has failed.
    package let rollback: StageRequest?
    /// What the user should know about the decision, one line each.
    package let notes: [String]
}
