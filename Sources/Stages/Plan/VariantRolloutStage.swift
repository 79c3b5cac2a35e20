import KubernetesAPI
import Manifests
import Rollouts

/// CANARY_ROLLOUT: a smaller copy of the workloads of the target version beside the primary one.
package struct VariantRolloutStage: StagePlanner {
    let variant: Variant

    package func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
        guard case .canaryRollout(let options) = input.options.details else {
            throw StageError(target: view.target, .wrongOptions(stage: input.stage.text))
        }
        let marked = try input.markedManifests()
        let copies = try VariantRollout.manifests(for: variant, from: marked, spec: input.spec, options: options)
        try await refuseForeign(try await view.resolveNamespaces(copies), input: input, view: view)
        return try await RolloutSteps(input: input, view: view).plan(copies)
    }

    /// Refuses to write over an object that is not a copy of this variant of this application.
    ///
    /// A clean would delete it later.
    private func refuseForeign(_ copies: [Manifest], input: PlanInput, view: any ClusterView) async throws {
        let label = input.spec.variantLabel
        let answers = await concurrently(copies, atOnce: input.spec.concurrency.requests) { copy in
            await Result { try await view.live(copy) }
        }
        for (copy, answer) in zip(copies, answers) {
            guard let live = try answer?.get(), !view.isPredicted(copy.key) else { continue }
            let isOurs =
                OwnershipPredicate.isManagedByPiped(object: live.object)
                && OwnershipPredicate.application(of: live.object) == input.ownership.application
                && live.labels[label.key] == label.value(of: variant)
            guard !isOurs else { continue }
            let owner = OwnershipPredicate.application(of: live.object)
            throw StageError(target: view.target, .nameIsTaken(copy.key, owner: owner))
        }
    }
}
