import KubernetesAPI
import Manifests
import Rollouts

/// SYNC: everything in Git at once, and on request nothing else.
///
/// The object that directs traffic is written when the pods are ready, if it is there already.
package struct SyncStage: StagePlanner {
    package func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
        guard case .sync(let options) = input.options.details else {
            throw StageError(target: view.target, .wrongOptions(stage: input.stage.text))
        }
        let manifests = try await SyncRollout.manifests(
            from: try input.markedOrNone(),
            spec: input.spec,
            labelling: .following(isAsked: options.addVariantLabelToSelector, input, in: view)
        )
        let scaled = try await Autoscaling(input: input, view: view).leavingPods(in: manifests)
        var plan = try await RolloutSteps(input: input, view: view).plan(
            scaled.manifests,
            last: try await traffic(manifests, input, view),
            notes: ConfigHash.notes(on: input.manifests, version: input.spec.configHashVersion) + scaled.notes
        )
        guard options.prune else { return plan }
        let prune = Prune(input: input, view: view, wanted: try await view.resolveNamespaces(manifests))
        let (phases, notes) = try await prune.plan()
        plan.phases += phases
        plan.notes += notes
        return plan
    }

    /// The live object that directs traffic; a new one has none to take away.
    private func traffic(_ manifests: [Manifest], _ input: PlanInput, _ view: any ClusterView) async throws
        -> ResourceKey?
    {
        guard let object = TrafficRouting.object(in: manifests, spec: input.spec) else { return nil }
        let resolved = try await view.resolveNamespace(of: object, among: manifests)
        return try await view.live(resolved) == nil ? nil : object.key
    }
}
