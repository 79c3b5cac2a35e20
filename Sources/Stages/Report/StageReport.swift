package import Manifests

/// What a write did to one object.
package enum Change: String, Sendable {
    case created, configured, unchanged, deleted, skipped
}

/// One object and what was done to it.
package struct ResourceChange: Sendable, Hashable {
    /// The object, with its namespace in that cluster.
    package let resource: ResourceKey
    /// What was done.
    package let change: Change
}

/// How a stage ended in one cluster.
package enum TargetOutcome: String, Sendable {
    case succeeded, failed, cancelled
}

/// What a stage did in one cluster.
package struct TargetReport: Sendable {
    /// The name of the deploy target.
    package let target: String
    /// How it ended.
    package let outcome: TargetOutcome
    /// Why it did not succeed, in one line.
    package let error: String?
    /// What was done, in the order of the plan.
    package let changes: [ResourceChange]
    /// What the plan holds and was not done.
    package let left: [ResourceKey]

    package init(
        target: String,
        outcome: TargetOutcome,
        error: String? = nil,
        changes: [ResourceChange] = [],
        left: [ResourceKey] = []
    ) {
        self.target = target
        self.outcome = outcome
        self.error = error
        self.changes = changes
        self.left = left
    }
}

/// How a stage ended over all clusters.
package enum StageOutcome: String, Sendable {
    /// Every cluster succeeded.
    case succeeded
    /// Some clusters succeeded and some did not.
    case partial
    /// No cluster succeeded, or the stage could not be planned.
    case failed
    /// It was stopped before every cluster was done, and no cluster failed.
    case cancelled
}

/// What a stage did: one row for each deploy target, in the order of the targets.
package struct StageReport: Sendable {
    /// The stage as the user wrote its name.
    package let stage: String
    /// One report for each target.
    package let targets: [TargetReport]
    /// Why no target was touched, one line each, when the stage could not be planned at all.
    package let problems: [String]

    package init(stage: String, targets: [TargetReport] = [], problems: [String] = []) {
        self.stage = stage
        self.targets = targets
        self.problems = problems
    }

    /// How the stage ended over all clusters.
    package var outcome: StageOutcome {
        let outcomes = Set(targets.map(\.outcome))
        if !problems.isEmpty || outcomes.isEmpty { return .failed }
        if outcomes == [.succeeded] { return .succeeded }
        if outcomes.contains(.failed) { return outcomes.contains(.succeeded) ? .partial : .failed }
        return .cancelled
    }
}
