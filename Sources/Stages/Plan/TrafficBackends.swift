import KubernetesAPI
import Manifests
import Rollouts

/// The workloads whose pods receive the traffic of a route.
struct TrafficBackends {
    let input: PlanInput
    let view: any ClusterView
    let change: TrafficChange

    /// Makes sure that a variant can take traffic.
    ///
    /// - Throws: `StageError` with `.variantNotReady` when it has no workload behind the Service, or one without a ready
    ///   pod of its current version.
    func requireReady(_ variant: Variant) async throws {
        let value = input.spec.variantLabel.value(of: variant)
        let backend = change.backends[variant]
        let workloads = try await workloads(of: variant, value: value).filter { isReached($0, by: backend) }
        guard !workloads.isEmpty else {
            let hint = variant == .primary ? " (deploy it by a quick sync first)" : ""
            throw failure(value, "no workload of it is behind \(describe(backend))\(hint)")
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

    /// Whether the pods of the workload are those that the traffic of the variant reaches.
    private func isReached(_ workload: LiveResource, by backend: TrafficBackend?) -> Bool {
        if let namespace = backend?.namespace, workload.key.namespace != namespace { return false }
        let labels = workload.object[path: "spec", "template", "metadata", "labels"]
        return backend?.podLabels.allSatisfy { labels?[$0.key]?.string == $0.value } != false
    }

    /// Whether the workload's controller has seen its newest version and a pod of that version is ready.
    ///
    /// At most the pods that are not updated are ready and old; one more ready pod must be a new one.
    private func hasReadyPods(_ workload: LiveResource) -> Bool {
        let status = workload.object["status"]
        let isSeen = (status?["observedGeneration"]?.int ?? 0) >= (workload.generation ?? 0)
        func count(_ field: String, _ ofDaemonSet: String) -> Int {
            (status?[field] ?? status?[ofDaemonSet])?.int ?? 0
        }
        let updated = count("updatedReplicas", "updatedNumberScheduled")
        let old = max(0, count("replicas", "currentNumberScheduled") - updated)
        return isSeen && count("readyReplicas", "numberReady") - old > 0
    }

    private func describe(_ workload: LiveResource) -> String {
        let ready = workload.object[path: "status", "readyReplicas"]?.int ?? 0
        let wanted = workload.object[path: "spec", "replicas"]?.int ?? 1
        let isOld = ready > 0 ? ", none of its newest version" : ""
        return "\(workload.key.shortDescription) has \(ready) of \(wanted) pods ready\(isOld)"
    }

    private func describe(_ backend: TrafficBackend?) -> String {
        let labels = (backend?.podLabels ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let pods = labels.isEmpty ? "" : ", whose pods have \(labels.joined(separator: ", "))"
        return "Service \"\(backend?.service ?? "")\"\(pods)"
    }

    private func failure(_ variant: String, _ detail: String) -> StageError {
        StageError(target: view.target, .variantNotReady(variant: variant, detail: detail))
    }
}
