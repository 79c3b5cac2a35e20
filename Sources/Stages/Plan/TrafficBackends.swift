import KubernetesAPI
import Manifests
import Rollouts

/// The workloads whose pods receive the traffic of a route.
struct TrafficBackends {
    let input: PlanInput
    let view: any ClusterView
    let backend: TrafficBackend

    /// Makes sure that a variant can take traffic.
    ///
    /// - Throws: `StageError` with `.variantNotReady` when it has no workload behind the Service, or one without a ready
    ///   pod of its current version.
    func requireReady(_ variant: Variant) async throws {
        let value = input.spec.variantLabel.value(of: variant)
        let workloads = try await workloads(of: variant, value: value).filter(isBehindService)
        guard !workloads.isEmpty else {
            throw failure(value, "no workload of it is behind \(backendName)")
        }
        let unready = workloads.filter { !view.isPredicted($0.key) && !hasReadyPods($0) }
        guard unready.isEmpty else {
            throw failure(value, unready.map(describe).joined(separator: ", "))
        }
    }

    /// Copies carry the label of their variant; the primary ones are found by the names in Git, labelled or not.
    private func workloads(of variant: Variant, value: String) async throws -> [LiveResource] {
        guard variant == .primary else {
            let key = input.spec.variantLabel.key
            return try await view.workloads(label: key, value: value, application: input.ownership.application)
        }
        let inGit = try await view.resolveNamespaces(Selection.workloads(in: input.manifests, input.spec.workloads))
        var found: [LiveResource] = []
        for manifest in inGit {
            if let live = try await view.live(manifest) { found.append(live) }
        }
        return found
    }

    private func isBehindService(_ workload: LiveResource) -> Bool {
        if let namespace = backend.namespace, workload.key.namespace != namespace { return false }
        guard let selector = backend.selector, !selector.isEmpty else { return true }
        let labels = workload.object[path: "spec", "template", "metadata", "labels"]
        return selector.allSatisfy { labels?[$0.key]?.string == $0.value }
    }

    /// Whether the workload's controller has seen its newest version and a pod of that version is ready.
    private func hasReadyPods(_ workload: LiveResource) -> Bool {
        let status = workload.object["status"]
        let isSeen = (status?["observedGeneration"]?.int ?? 0) >= (workload.generation ?? 0)
        let updated = status?["updatedReplicas"]?.int ?? 0
        return isSeen && min(updated, status?["readyReplicas"]?.int ?? 0) > 0
    }

    private func describe(_ workload: LiveResource) -> String {
        let ready = workload.object[path: "status", "readyReplicas"]?.int ?? 0
        let wanted = workload.object[path: "spec", "replicas"]?.int ?? 1
        return "\(workload.key.shortDescription) has \(ready) of \(wanted) pods ready"
    }

    private var backendName: String {
        "Service \"\(backend.service)\""
    }

    private func failure(_ variant: String, _ detail: String) -> StageError {
        StageError(target: view.target, .variantNotReady(variant: variant, detail: detail))
    }
}
