import Manifests

/// The pods of workloads by their owners, to tell why a workload does not come up.
public struct PodFailures: Sendable {
    private var pods: [String: [LiveResource]] = [:]
    private var replicaSets: [String: [LiveResource]] = [:]

    /// Takes the pods and ReplicaSets among some objects; others do not matter.
    public init(among objects: some Sequence<LiveResource>) {
        for object in objects {
            switch (object.key.group, object.key.kind) {
            case ("", "Pod"): for owner in object.ownerReferences { pods[owner.uid, default: []].append(object) }
            case ("apps", "ReplicaSet"):
                for owner in object.ownerReferences { replicaSets[owner.uid, default: []].append(object) }
            default: break
            }
        }
    }

    /// Why a pod, or one of the newest pods of a workload, cannot come up; `nil` when all may.
    public func failure(of object: LiveResource) -> PodFailure? {
        switch (object.key.group, object.key.kind) {
        case ("", "Pod"): return PodFailure(of: object)
        case ("apps", "Deployment"):
            let sets = replicaSets[object.uid] ?? []
            let owned = sets.flatMap { pods[$0.uid] ?? [] }
            return PodFailure.find(for: object, pods: owned, replicaSets: sets)
        case ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"), ("batch", "Job"),
            ("", "ReplicationController"):
            return PodFailure.find(for: object, pods: pods[object.uid] ?? [], replicaSets: [])
        default: return nil
        }
    }

    /// The health of an object; of a workload that waits for a pod that cannot come up, the reason names it.
    ///
    /// Such a workload is degraded: waiting does not help.
    public func health(of object: LiveResource) -> Health {
        let health = Health(of: object)
        guard [.progressing, .degraded].contains(health.status), !object.isTerminating,
            let failure = failure(of: object), failure.pod != object.key
        else { return health }
        let text = health.reason.isEmpty ? "\(failure)" : "\(health.reason); \(failure)"
        return Health(.degraded, text, pipeCD: health.pipeCDStatus == .healthy ? .unhealthy : health.pipeCDStatus)
    }
}
