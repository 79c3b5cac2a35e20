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
        let source = try await source(options.replicas, input: input, view: view)
        let spec = input.spec
        let copies = try VariantRollout.manifests(for: variant, from: source.manifests, spec: spec, options: options)
        try await refuseForeign(try await view.resolveNamespaces(copies), input: input, view: view)
        let notes = VariantRollout.notes(on: copies, of: variant, from: source.manifests, spec: spec)
        return try await RolloutSteps(input: input, view: view).plan(copies, notes: source.notes + notes)
    }

    /// What the copies are made of; a percentage is one of the live pods where an autoscaler decides how many there are.
    private func source(_ replicas: Replicas?, input: PlanInput, view: any ClusterView) async throws
        -> Autoscaling.Scaled
    {
        let marked = try input.markedManifests()
        guard case .percent = replicas else { return Autoscaling.Scaled(manifests: marked) }
        let workloads = Selection.workloads(in: marked, input.spec.workloads)
        return try await Autoscaling(input: input, view: view).countingPods(in: marked, of: workloads)
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
