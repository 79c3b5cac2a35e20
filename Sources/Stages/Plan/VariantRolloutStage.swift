import KubernetesAPI
import Manifests
import Rollouts

/// CANARY_ROLLOUT and BASELINE_ROLLOUT: a smaller copy of the workloads beside the primary ones, of the new version or of
/// the one that ran before.
package struct VariantRolloutStage: StagePlanner {
    let variant: Variant

    package var source: StageSource { variant == .baseline ? .runningBesideTarget : .target }

    package func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
        let options = try options(of: input)
        let marked = try input.markedManifests()
        let copies = try VariantRollout.manifests(for: variant, from: marked, spec: input.spec, options: options)
        try await refuseForeign(try await view.resolveNamespaces(copies), input: input, view: view)
        return try await RolloutSteps(input: input, view: view).plan(copies)
    }

    private func options(of input: PlanInput) throws -> VariantRolloutOptions {
        switch (variant, input.options.details) {
        case (.canary, .canaryRollout(let options)), (.baseline, .baselineRollout(let options)): return options
        default: throw StageError(target: input.ownership.deployTarget, .wrongOptions(stage: input.stage.text))
        }
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
