/// Makes the stages of a deployment.
public enum StageList {
    /// The stages of a quick sync: a sync and, when wanted, its rollback.
    ///
    /// - Parameters:
    ///   - spec: The application's settings, whose `quickSync` the sync takes.
    ///   - autoRollback: Whether a failure is rolled back.
    /// - Returns: The stages, the rollback last.
    public static func quickSync(spec: PluginSpec, autoRollback: Bool) -> [PlannedStage] {
        let sync = PlannedStage(added: StageName(.sync, in: .long), spec.quickSync, index: 0)
        return [sync] + (autoRollback ? [rollback(StageName(.rollback, in: .long), index: 0)] : [])
    }

    /// The stages of a pipeline: those of the user that are ours and, when wanted, a rollback behind them.
    ///
    /// The rollback has the smallest index of them, because piped takes no index that it did not give.
    ///
    /// - Parameters:
    ///   - pipeline: The user's stages; those of other plugins are left out.
    ///   - autoRollback: Whether a failure is rolled back.
    /// - Returns: The stages in the order given, the rollback last.
    /// - Throws: `RolloutError` with `.noStages` when a rollback has no stage to follow.
    public static func pipeline(_ pipeline: [PipelineStage], autoRollback: Bool) throws(RolloutError) -> [PlannedStage]
    {
        let stages = pipeline.compactMap { stage -> PlannedStage? in
            guard case .ours(let name, let options) = stage.action else { return nil }
            return PlannedStage(name, options, of: stage)
        }
        guard autoRollback else { return stages }
        guard let first = stages.map(\.index).min() else { throw RolloutError(.noStages) }
        return stages + [rollback(StageName.added(.rollback, to: stages.map(\.name)), index: first)]
    }

    private static func rollback(_ name: StageName, index: Int) -> PlannedStage {
        PlannedStage(added: name, StageOptions(.rollback), index: index, isRollback: true)
    }
}
