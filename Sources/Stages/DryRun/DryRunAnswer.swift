package import Manifests

/// What a cluster answers when it is asked what one step of a plan would do.
package struct DryRunAnswer: Sendable {
    /// What the answer comes to.
    package enum Outcome: Sendable, Hashable {
        /// The server would accept the step; the fields are those that would differ afterwards.
        case change(Change, [FieldDifference])
        /// The server cannot tell, and why.
        case unknown(String)
        /// The server would refuse the step, and why.
        case refused(String)
    }

    /// The object.
    package let resource: ResourceKey
    /// The answer.
    package let outcome: Outcome
}

/// The answers of one cluster to a plan.
package struct TargetDryRun: Sendable {
    /// The name of the deploy target.
    package let target: String
    /// One answer for each object that the plan writes or deletes, in the order of the plan.
    package let answers: [DryRunAnswer]

    /// Whether the cluster would refuse something.
    package var isRefused: Bool {
        answers.contains { answer in
            guard case .refused = answer.outcome else { return false }
            return true
        }
    }
}
