package import KubernetesAPI
package import Manifests

/// What one step of a plan would do to one object.
package struct DryRunAnswer: Sendable {
    /// What the answer comes to.
    package enum Outcome: Sendable, Hashable {
        /// The step would be accepted; the fields are those that would differ afterwards.
        case change(Change, [FieldDifference])
        /// Nobody can tell, and why.
        case unknown(String)
        /// The cluster would refuse the step, and why.
        case refused(String)
    }

    /// The object.
    package let resource: ResourceKey
    /// The answer.
    package let outcome: Outcome
    /// Why the answer is concluded and not the server's: what an earlier step of the same plan would have made of it.
    package var assumption: String?
    /// What else the run would say of the object, one line each.
    package var notes: [String] = []
    /// Whether it is for want of any answer that nobody can tell.
    package var isSilence = false
    /// The object as it would be, of a step that writes it.
    package var after: LiveResource?
}

/// The answers of one cluster to a plan.
package struct TargetDryRun: Sendable {
    /// The name of the deploy target.
    package let target: String
    /// One answer for each object that the plan writes or deletes, in the order of the plan.
    package let answers: [DryRunAnswer]
    /// The cluster as it would be after this stage and the ones before it.
    package let cluster: PredictedCluster

    /// Whether the cluster would refuse something.
    package var isRefused: Bool {
        answers.contains { answer in
            guard case .refused = answer.outcome else { return false }
            return true
        }
    }

    /// Why the cluster gave no answer, `nil` when it answered everything.
    package var silence: String? {
        for answer in answers where answer.isSilence {
            if case .unknown(let reason) = answer.outcome { return reason }
        }
        return nil
    }

    /// What the stage would do, as its report tells it afterwards.
    package var changes: [ResourceChange] {
        answers.compactMap { answer in
            guard case .change(let change, _) = answer.outcome else { return nil }
            return ResourceChange(resource: answer.resource, change: change)
        }
    }
}

/// What one stage would do in every cluster.
package struct StageForecast: Sendable {
    /// The steps.
    package let plan: StagePlan
    /// What the clusters say to them; empty when they were not asked.
    package let answers: [TargetDryRun]

    package init(plan: StagePlan, answers: [TargetDryRun] = []) {
        self.plan = plan
        self.answers = answers
    }
}

extension [StageForecast] {
    /// The plans for one target, in the order of the stages.
    func plans(of target: String) -> [ClusterPlan] {
        flatMap { $0.plan.clusters.filter { $0.target == target } }
    }

    /// How the cluster of a target would be after these stages.
    func cluster(of target: String) -> PredictedCluster {
        last { $0.answers.contains { $0.target == target } }?.answers.first { $0.target == target }?.cluster
            ?? PredictedCluster()
    }
}
