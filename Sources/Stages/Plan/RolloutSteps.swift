import KubernetesAPI
import Manifests
import Rollouts

/// The steps that every rollout shares: namespaces first, then the objects by order and kind, then the wait.
struct RolloutSteps {
    let input: PlanInput
    let view: any ClusterView

    /// A plan that writes the manifests and waits until they are ready.
    func plan(_ manifests: [Manifest], notes: [String] = []) async throws -> ClusterPlan {
        let resolved = try await view.resolveNamespaces(manifests)
        try refuseReplace(resolved)
        var phases = [namespaceSteps(for: resolved)]
        phases += resolved.applyBatches().map { $0.map(Step.apply) }
        if input.readiness.wait {
            phases.append([.waitUntilReady(resolved.map(\.key), input.readiness)])
        }
        return ClusterPlan(target: view.target, phases: phases, notes: notes)
    }

    private func namespaceSteps(for manifests: [Manifest]) -> [Step] {
        guard input.spec.input.autoCreateNamespace else { return [] }
        var known = Set(manifests.filter { $0.key.groupKind == GroupKind(kind: "Namespace") }.map(\.name))
        return manifests.compactMap(\.namespace).filter { known.insert($0).inserted }.map(Step.ensureNamespace)
    }

    private func refuseReplace(_ manifests: [Manifest]) throws {
        for manifest in manifests {
            for annotation in ["pipecd.dev/force-sync-by-replace", "pipecd.dev/sync-by-replace"]
            where manifest.annotations[annotation] == "enabled" {
                throw StageError(target: view.target, .replaceNotSupported(manifest.key, annotation: annotation))
            }
        }
    }
}
