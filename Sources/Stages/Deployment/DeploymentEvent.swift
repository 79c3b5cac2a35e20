/// Something that happened in a run of several stages, as it happens.
///
/// Stages are counted from 0; the rollback has the number behind the last one.
package enum DeploymentEvent: Sendable {
    /// A stage, or the rollback, begins.
    case stageStarted(stage: Int, name: String)
    /// Something happened in a stage on one target.
    case target(stage: Int, StageEvent)
    /// A stage ended on all targets; because the run was asked to stop, or by itself.
    case stageFinished(stage: Int, StageReport, isStopped: Bool)
    /// Something the user should know, about one target or about all.
    case note(target: String?, String)
}

/// Where events go; called from several tasks at once.
package typealias DeploymentEventHandler = @Sendable (DeploymentEvent) -> Void
