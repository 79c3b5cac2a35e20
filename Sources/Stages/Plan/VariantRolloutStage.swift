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
        return try await RolloutSteps(input: input, view: view).plan(copies)
    }
}
