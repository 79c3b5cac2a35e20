package import Manifests

/// What one stage does in one cluster, in order, with every manifest final.
///
/// A dry run prints it and an execution runs exactly it. The steps of one phase may run at the same time; a phase starts
/// when the one before it is done.
package struct ClusterPlan: Sendable {
    /// The name of the deploy target.
    package let target: String
    /// The steps, phase by phase.
    package var phases: [[Step]]
    /// What the user should know about the plan, one line each.
    package var notes: [String]
    /// What the plan cannot bring about, one line each; a run does everything else, and fails.
    package var problems: [String]

    package init(target: String, phases: [[Step]], notes: [String] = [], problems: [String] = []) {
        self.target = target
        self.phases = phases.filter { $0.contains { !$0.resources.isEmpty } }
        self.notes = notes
        self.problems = problems
    }

    /// All steps in order.
    package var steps: [Step] { phases.flatMap { $0 } }

    /// The manifests that the plan sends, in order.
    package var manifests: [Manifest] { steps.compactMap(\.manifest) }
}

/// The plans of one stage, one for each deploy target, in the order of the targets.
package struct StagePlan: Sendable {
    /// The stage as the user wrote its name.
    package let stage: String
    /// One plan for each target.
    package let clusters: [ClusterPlan]
}
