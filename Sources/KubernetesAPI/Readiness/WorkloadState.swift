import Manifests

/// What keeps a workload from being as desired: the first thing that is found.
///
/// `Readiness` and `Health` put the same facts into their own words.
enum WorkloadState: Equatable {
    /// Nothing: all its pods are of the newest template, and ready.
    case current
    /// Somebody has paused its rollout.
    case paused
    /// Its controller has not seen the change yet.
    case notObserved
    /// It took longer than it may; the controller's words.
    case deadlineExceeded(String)
    /// Its pods cannot be created; the controller's words.
    case replicaFailure(String)
    /// Not all pods are of the newest template.
    case updated(Int, of: Int)
    /// Pods of an earlier template are still there.
    case old(Int)
    /// There are more pods than wanted.
    case surplus(Int)
    /// Not all pods are ready.
    case ready(Int, of: Int)
    /// Not all pods have been ready for long enough.
    case available(Int, of: Int)
}

extension WorkloadState {
    /// A Deployment is current when all its pods are of the newest template, and available.
    ///
    /// [Deployment status](https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status)
    static func deployment(_ deployment: LiveResource) -> WorkloadState {
        if deployment.object[path: "spec", "paused"]?.bool == true { return .paused }
        guard deployment.isObserved else { return .notObserved }
        let progress = deployment.condition("Progressing")
        if let progress, !progress.isTrue, progress.reason == "ProgressDeadlineExceeded" {
            return .deadlineExceeded(progress.text)
        }
        if let failure = replicaFailure(of: deployment) { return failure }
        let desired = deployment.desiredReplicas
        let updated = deployment.count("updatedReplicas")
        let old = deployment.count("replicas") - updated
        let available = deployment.count("availableReplicas")
        if updated < desired { return .updated(updated, of: desired) }
        if old > 0 { return .old(old) }
        return available < updated ? .available(available, of: updated) : .current
    }

    /// A StatefulSet is current when all its pods are ready, and those above the partition updated.
    ///
    /// [StatefulSet update strategies](https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies)
    static func statefulSet(_ set: LiveResource) -> WorkloadState {
        guard set.isObserved, set.observedGeneration != nil else { return .notObserved }
        if let failure = replicaFailure(of: set) { return failure }
        let desired = set.desiredReplicas
        let ready = set.count("readyReplicas")
        let updated = set.count("updatedReplicas")
        if ready < desired { return .ready(ready, of: desired) }
        let surplus = max(set.count("replicas"), ready) - desired
        if surplus > 0 { return .surplus(surplus) }
        // With this strategy a person deletes the pods that shall be updated.
        guard !set.isUpdatedByHand else { return .current }
        let partition = set.partition
        if partition > 0 {
            let due = max(0, desired - partition)
            return updated < due ? .updated(updated, of: due) : .current
        }
        let status = set.object["status"]
        return status?["updateRevision"] == status?["currentRevision"] ? .current : .updated(updated, of: desired)
    }

    /// A DaemonSet is current when every node that shall have a pod has an updated and available one.
    ///
    /// [DaemonSet rolling update](https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/)
    static func daemonSet(_ set: LiveResource) -> WorkloadState {
        guard set.isObserved, set.observedGeneration != nil else { return .notObserved }
        if let failure = replicaFailure(of: set) { return failure }
        let desired = set.count("desiredNumberScheduled")
        let updated = set.count("updatedNumberScheduled")
        let available = set.count("numberAvailable")
        if !set.isUpdatedByHand, updated < desired { return .updated(updated, of: desired) }
        return available < desired ? .available(available, of: desired) : .current
    }

    /// A ReplicaSet or ReplicationController that stands by itself, or that a Deployment owns.
    static func replicaSet(_ set: LiveResource) -> WorkloadState {
        guard set.isObserved, set.observedGeneration != nil else { return .notObserved }
        if let failure = replicaFailure(of: set) { return failure }
        let desired = set.desiredReplicas
        let available = set.count("availableReplicas")
        let ready = set.count("readyReplicas")
        if available < desired { return .available(available, of: desired) }
        if ready < desired { return .ready(ready, of: desired) }
        let surplus = max(set.count("replicas"), ready) - desired
        return surplus > 0 ? .surplus(surplus) : .current
    }

    /// The words of whoever cannot create its pods: a quota, an admission webhook.
    private static func replicaFailure(of workload: LiveResource) -> WorkloadState? {
        workload.condition("ReplicaFailure").flatMap { $0.isTrue ? .replicaFailure($0.text) : nil }
    }
}

extension LiveResource {
    /// Whether a person deletes the pods that shall be updated.
    var isUpdatedByHand: Bool { object[path: "spec", "updateStrategy", "type"] == "OnDelete" }

    /// How many pods of a StatefulSet shall stay as they are.
    var partition: Int {
        Self.podCount(object[path: "spec", "updateStrategy", "rollingUpdate", "partition"]) ?? 0
    }
}
