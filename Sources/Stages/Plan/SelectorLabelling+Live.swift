import KubernetesAPI
import Manifests
import Rollouts

extension SelectorLabelling {
    /// The selected workloads and those whose live selector has the primary variant already, when labels are asked for.
    ///
    /// PipeCD labels every Deployment, whatever `workloads` says, and no server changes a selector afterwards.
    static func following(
        isAsked: Bool,
        _ input: PlanInput,
        in view: any ClusterView
    ) async throws -> SelectorLabelling {
        guard isAsked else { return .none }
        var keys = Set(Selection.workloads(in: input.manifests, input.spec.workloads).map(\.key.normalized))
        let others = input.manifests.filter { WorkloadKinds.contains($0) && !keys.contains($0.key.normalized) }
        let live = try await view.live(others, atOnce: input.spec.concurrency.requests).mapValues(\.object)
        if case .workloads(let labelled) = following(live, label: input.spec.variantLabel) { keys.formUnion(labelled) }
        return .workloads(keys)
    }
}
