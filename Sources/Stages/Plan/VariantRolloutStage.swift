import Manifests
import Rollouts

/// CANARY_ROLLOUT and BASELINE_ROLLOUT: a smaller copy of the workloads beside the primary ones, of the new version or of
/// the one that ran before.
package struct VariantRolloutStage: StagePlanner {
    let variant: Variant

    package var source: StageSource { variant == .baseline ? .runningBesideTarget : .target }

    package func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
        let options = try options(of: input)
        let original = try await original(options.replicas, input: input, view: view)
        let spec = input.spec
        let copies = try VariantRollout.manifests(for: variant, from: original.manifests, spec: spec, options: options)
        try await input.refuseForeign(copies, of: variant, in: view)
        let notes = VariantRollout.notes(on: copies, of: variant, from: original.manifests, spec: spec)
        return try await RolloutSteps(input: input, view: view).plan(copies, notes: original.notes + notes)
    }

    /// What the copies are made of; a percentage is one of the live pods where an autoscaler decides how many there are.
    private func original(_ replicas: Replicas?, input: PlanInput, view: any ClusterView) async throws
        -> Autoscaling.Scaled
    {
        let marked = try input.markedManifests()
        guard case .percent = replicas else { return Autoscaling.Scaled(manifests: marked) }
        let workloads = Selection.workloads(in: marked, input.spec.workloads)
        return try await Autoscaling(input: input, view: view).countingPods(in: marked, of: workloads)
    }

    private func options(of input: PlanInput) throws -> VariantRolloutOptions {
        switch (variant, input.options.details) {
        case (.canary, .canaryRollout(let options)), (.baseline, .baselineRollout(let options)): return options
        default: throw StageError(target: input.ownership.deployTarget, .wrongOptions(stage: input.stage.text))
        }
    }
}
