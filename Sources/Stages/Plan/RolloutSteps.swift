import KubernetesAPI
import Manifests
import Rollouts

/// The steps that every rollout shares: namespaces first, then the objects by order and kind, then the wait.
///
/// Custom resource definitions are waited for on the way, whatever the readiness policy says: their objects cannot be
/// written before.
struct RolloutSteps {
    let input: PlanInput
    let view: any ClusterView

    /// A plan that writes the manifests and waits until they are ready.
    ///
    /// The object that directs traffic to the others is written when they are ready (`last`), or before them, when what it
    /// directs traffic to is ready now (`first`).
    func plan(
        _ manifests: [Manifest],
        first: ResourceKey? = nil,
        last: ResourceKey? = nil,
        notes: [String] = []
    ) async throws -> ClusterPlan {
        let resolved = try await view.resolveNamespaces(manifests)
        if let twice = resolved.duplicates().first { throw twice }
        try await refuseDestruction(resolved)
        func written(_ isMeant: (ResourceKey) -> Bool) -> [Manifest] {
            zip(manifests, resolved).filter { isMeant($0.0.key) }.map(\.1)
        }
        let early = written { $0 == first }
        let others = written { $0 != first && $0 != last }
        var phases = [namespaceSteps(for: resolved)]
        phases += writeSteps(for: early)
        phases += writeSteps(for: others)
        if input.readiness.wait {
            phases.append([.waitUntilReady(others.map(\.key), input.readiness)])
        }
        phases += writeSteps(for: written { $0 == last && $0 != first })
        return ClusterPlan(target: view.target, phases: phases, notes: notes)
    }

    private func namespaceSteps(for manifests: [Manifest]) -> [Step] {
        guard input.spec.input.autoCreateNamespace else { return [] }
        var known = Set(manifests.filter { $0.key.groupKind == GroupKind(kind: "Namespace") }.map(\.name))
        return manifests.compactMap(\.namespace).filter { known.insert($0).inserted }.map(Step.ensureNamespace)
    }

    /// The steps that write the manifests; definitions are waited for before the first of their objects.
    private func writeSteps(for manifests: [Manifest]) -> [[Step]] {
        var phases: [[Step]] = []
        var pending: [Definition] = []
        for batch in manifests.applyBatches() {
            let types = pending.isEmpty ? [] : Set(batch.map(\.groupVersionKind))
            let due = pending.filter { types.contains(where: $0.defines) }
            if !due.isEmpty {
                phases.append([.waitUntilReady(due.map(\.key), ReadinessPolicy(deadline: input.readiness.deadline))])
                let keys = Set(due.map(\.key))
                pending.removeAll { keys.contains($0.key) }
            }
            phases.append(batch.map { Step.write($0) })
            pending += batch.definitions
        }
        return phases
    }

    /// Refuses, before anything is written, to replace by force what deletion would destroy.
    private func refuseDestruction(_ manifests: [Manifest]) async throws {
        for manifest in manifests where WriteMode(of: manifest) == .forceReplace && !manifest.allowsDestructiveReplace {
            guard let loss = try await view.live(manifest)?.lossOnDeletion else { continue }
            throw StageError(target: view.target, .destructiveReplace(manifest.key, loss: loss))
        }
    }
}
