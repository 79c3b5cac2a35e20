/// What a run of several stages did, stage by stage.
package struct DeploymentReport: Sendable {
    /// The stages that were run, in this process or in an earlier one, in order.
    package let stages: [StageReport]
    /// Stages that were not reached.
    package let notReached: [String]
    /// What rolling back did, or why it could not be done; `nil` when there was no occasion or wish for it.
    package let rollback: StageReport?
    /// Whether it ended because it was asked to stop, and can go on.
    package let isInterrupted: Bool

    package init(
        stages: [StageReport],
        notReached: [String] = [],
        rollback: StageReport? = nil,
        isInterrupted: Bool = false
    ) {
        self.stages = stages
        self.notReached = notReached
        self.rollback = rollback
        self.isInterrupted = isInterrupted
    }

    /// The outcome of the last stage, whatever was rolled back; every stage before it succeeded.
    package var outcome: StageOutcome { stages.last?.outcome ?? .failed }
}
