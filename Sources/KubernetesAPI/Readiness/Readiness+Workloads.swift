import Manifests

extension Readiness {
    private static let notObserved = Readiness.inProgress("its controller has not seen the change yet")

    /// A Deployment is current when all its pods are of the newest template, and available.
    ///
    /// [Deployment status](https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status)
    static func deployment(_ deployment: LiveResource) -> Readiness {
        guard deployment.isObserved else { return notObserved }
        if let progress = deployment.condition("Progressing"), progress.reason == "ProgressDeadlineExceeded" {
            return .failed("progress deadline exceeded: \(progress.text)")
        }
        if let failure = deployment.condition("ReplicaFailure"), failure.isTrue {
            return .failed("pods cannot be created: \(failure.text)")
        }
        if deployment.object[path: "spec", "paused"]?.bool == true { return .unknown("it is paused") }
        let desired = deployment.desiredReplicas
        let updated = deployment.count("updatedReplicas")
        let old = deployment.count("replicas") - updated
        let available = deployment.count("availableReplicas")
        if updated < desired { return .inProgress("\(updated) of \(desired) pods are updated") }
        if old > 0 { return .inProgress("\(old) old pods are still there") }
        if available < updated { return .inProgress("\(available) of \(updated) pods are available") }
        return .current
    }

    /// A StatefulSet is current when all its pods are ready, and those above the partition updated.
    ///
    /// [StatefulSet update strategies](https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies)
    static func statefulSet(_ set: LiveResource) -> Readiness {
        guard set.isObserved, set.observedGeneration != nil else { return notObserved }
        let desired = set.desiredReplicas
        let ready = set.count("readyReplicas")
        let updated = set.count("updatedReplicas")
        if ready < desired { return .inProgress("\(ready) of \(desired) pods are ready") }
        if set.count("replicas") > desired {
            return .inProgress("\(set.count("replicas") - desired) pods too many are still there")
        }
        // With this strategy a person deletes the pods that shall be updated.
        guard set.object[path: "spec", "updateStrategy", "type"] != "OnDelete" else { return .current }
        let update = set.object[path: "spec", "updateStrategy", "rollingUpdate"]
        let partition = LiveResource.podCount(update?["partition"]) ?? 0
        if partition > 0 {
            let due = max(0, desired - partition)
            return updated < due ? .inProgress("\(updated) of \(due) pods are updated") : .current
        }
        let status = set.object["status"]
        guard status?["updateRevision"] == status?["currentRevision"] else {
            return .inProgress("\(updated) of \(desired) pods are updated")
        }
        return .current
    }

    /// A DaemonSet is current when every node that shall have a pod has an updated and available one.
    ///
    /// [DaemonSet rolling update](https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/)
    static func daemonSet(_ set: LiveResource) -> Readiness {
        guard set.isObserved, set.observedGeneration != nil else { return notObserved }
        let desired = set.count("desiredNumberScheduled")
        let updated = set.count("updatedNumberScheduled")
        let available = set.count("numberAvailable")
        let isByHand = set.object[path: "spec", "updateStrategy", "type"] == "OnDelete"
        if !isByHand, updated < desired { return .inProgress("\(updated) of \(desired) pods are updated") }
        if available < desired { return .inProgress("\(available) of \(desired) pods are available") }
        return .current
    }

    /// A ReplicaSet that stands by itself, or that a Deployment owns.
    static func replicaSet(_ set: LiveResource) -> Readiness {
        guard set.isObserved, set.observedGeneration != nil else { return notObserved }
        if let failure = set.condition("ReplicaFailure"), failure.isTrue {
            return .failed("pods cannot be created: \(failure.text)")
        }
        let desired = set.desiredReplicas
        let available = set.count("availableReplicas")
        if available < desired { return .inProgress("\(available) of \(desired) pods are available") }
        let extra = set.count("replicas") - desired
        return extra > 0 ? .inProgress("\(extra) pods too many are still there") : .current
    }

    /// A Job is current as soon as it runs: how long that takes is its own business.
    static func job(_ job: LiveResource) -> Readiness {
        if let failure = job.condition("Failed"), failure.isTrue { return .failed("the job failed: \(failure.text)") }
        let isDone = job.condition("Complete")?.isTrue ?? false
        let isSuspended = job.object[path: "spec", "suspend"]?.bool ?? false
        let hasStarted = job.object[path: "status", "startTime"]?.string != nil
        return isDone || isSuspended || hasStarted ? .current : .inProgress("the job has not started")
    }

    /// A pod is current when it is ready or has done its work.
    ///
    /// [Pod lifecycle](https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/)
    static func pod(_ pod: LiveResource) -> Readiness {
        if let failure = PodFailure(of: pod) { return .failed("\(failure)") }
        switch pod.object[path: "status", "phase"]?.string {
        case "Succeeded": return .current
        case "Running": return pod.condition("Ready")?.isTrue ?? false ? .current : .inProgress("the pod is not ready")
        default:
            let unscheduled = pod.condition("PodScheduled").flatMap { $0.isFalse ? $0.text : nil }
            return .inProgress(unscheduled.map { "the pod is not scheduled: \($0)" } ?? "the pod is starting")
        }
    }
}
