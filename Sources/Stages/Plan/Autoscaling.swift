import KubernetesAPI
import Manifests
import Rollouts

/// The workloads of an application whose number of pods an autoscaler decides, in one cluster.
///
/// An autoscaler counts when it is among the manifests or in the cluster. Looking for them takes one list for each known
/// type that the cluster serves, and only when a workload could have one.
struct Autoscaling {
    let input: PlanInput
    let view: any ClusterView

    /// Manifests in which the numbers of pods are set by what autoscalers decided.
    struct Scaled {
        var manifests: [Manifest]
        /// What the user should know, one line each.
        var notes: [String] = []
    }

    /// The manifests of the primary with the numbers of pods left as they are in the cluster.
    ///
    /// The field is left out where somebody else owns it; the server then keeps its value. Where only we own it, leaving
    /// it out would mean one pod, so the live number is sent: when no autoscaler has written yet, when the server keeps no
    /// record of its writes (before 1.22), and when the object is replaced. A new object gets the number in Git.
    ///
    /// - Parameters:
    ///   - manifests: The objects of the primary.
    ///   - recreated: The live objects, by normalized key, that are made anew although the manifests do not ask for it.
    /// - Returns: The manifests, and a note on each that has an autoscaler.
    /// - Throws: `APIError` when the cluster does not answer.
    func leavingPods(in manifests: [Manifest], recreated: Set<ResourceKey> = []) async throws -> Scaled {
        try await edit(manifests, where: { _ in true }) { manifest, live, autoscaler in
            let workload = manifest.key.shortDescription
            guard view.isLive else {
                return "\(workload): a live number of pods is left to \(autoscaler.shortDescription)"
            }
            guard let live else { return nil }
            let pods = live.object[path: "spec", "replicas"]
            let keepsOwners = WriteMode(of: manifest) == .apply && !recreated.contains(live.key.normalized)
            if let pods, !(keepsOwners && live.isOwnedByOthers(["spec", "replicas"], than: .flotilla)) {
                try manifest.set(pods, at: ["spec", "replicas"])
            } else {
                manifest.remove(at: ["spec", "replicas"])
            }
            let count = pods?.int.map { "\($0)" } ?? "the number of"
            return "\(workload): \(count) pods are left to \(autoscaler.shortDescription)"
        }
    }

    /// The manifests with the live numbers of pods, of which a canary or a baseline gets a percentage.
    ///
    /// - Parameters:
    ///   - manifests: The objects of the application.
    ///   - workloads: Those that are copied.
    /// - Returns: The manifests with live numbers where an autoscaler decides them, and a note on each.
    /// - Throws: `APIError` when the cluster does not answer.
    func countingPods(in manifests: [Manifest], of workloads: [Manifest]) async throws -> Scaled {
        let keys = Set(workloads.map(\.key))
        return try await edit(manifests, where: { keys.contains($0.key) }) { manifest, live, autoscaler in
            guard let pods = live?.object[path: "spec", "replicas"], let count = pods.int else { return nil }
            try manifest.set(pods, at: ["spec", "replicas"])
            return "\(manifest.key.shortDescription): \(count) live pods, decided by \(autoscaler.shortDescription), "
                + "count as 100%"
        }
    }

    /// Changes each workload that has an autoscaler, once it is known how it is in the cluster.
    private func edit(
        _ manifests: [Manifest],
        where isMeant: (Manifest) -> Bool,
        _ change: (inout Manifest, LiveResource?, ResourceKey) throws -> String?
    ) async throws -> Scaled {
        let places = manifests.indices.filter { manifests[$0].hasNumberOfPods && isMeant(manifests[$0]) }
        guard !places.isEmpty else { return Scaled(manifests: manifests) }
        let others = manifests.filter { $0.isAutoscaler || Definition($0) != nil }
        let resolved = try await view.resolveNamespaces(places.map { manifests[$0] } + others)
        let workloads = resolved.prefix(places.count)
        var result = Scaled(manifests: manifests)
        let inGit = resolved.dropFirst(places.count).compactMap { Autoscaler($0.object, $0.key) }
        let autoscalers = try await inGit + liveOnes(for: workloads, notes: &result.notes)
        let byTarget = Dictionary(grouping: autoscalers, by: \.target.name)
        let found = zip(places, workloads).compactMap { place, workload in
            byTarget[workload.name]?.first { $0.target.matches(workload.key) }.map { (place, workload, $0.key) }
        }
        let answers = await concurrently(found, atOnce: input.spec.concurrency.requests) { _, workload, _ in
            await Result { try await view.live(workload) }
        }
        for ((place, _, autoscaler), answer) in zip(found, answers) {
            guard let answer else { throw CancellationError() }
            let note = try change(&result.manifests[place], answer.get(), autoscaler)
            if let note { result.notes.append(note) }
        }
        return result
    }

    /// An autoscaler and what it scales.
    private struct Autoscaler {
        let key: ResourceKey
        let target: ScaleTarget

        init?(_ object: Value, _ key: ResourceKey) {
            guard let target = ScaleTarget(of: object, key: key) else { return nil }
            (self.key, self.target) = (key, target)
        }
    }

    /// The autoscalers of the cluster, where the workloads are.
    private func liveOnes(for workloads: some Collection<Manifest>, notes: inout [String]) async throws -> [Autoscaler]
    {
        guard view.isLive else { return [] }
        let namespaces = Set(workloads.map(\.namespace))
        do {
            let live = try await view.autoscalers(in: namespaces.count == 1 ? namespaces.first ?? nil : nil)
            return live.compactMap { Autoscaler($0.object, $0.key) }
        } catch let error as APIError where error.hidesType {
            notes.append("autoscalers that are not among the manifests were not looked for: \(error)")
            return []
        }
    }
}

extension Manifest {
    /// Whether this is an autoscaler of a known type.
    fileprivate var isAutoscaler: Bool { ScaleTarget.autoscalers.contains(key.groupKind) }

    /// Whether the object says, or could say, how many pods it runs.
    fileprivate var hasNumberOfPods: Bool {
        self[path: "spec", "replicas"] != nil || WorkloadKinds.copied.contains(key.groupKind)
    }
}
