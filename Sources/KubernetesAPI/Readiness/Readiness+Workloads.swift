import Manifests

extension Readiness {
    /// What keeps a workload from being current, in our own words.
    init(_ state: WorkloadState) {
        self =
            switch state {
            case .current: .current
            case .paused: .unknown("it is paused")
            case .notObserved: .inProgress("its controller has not seen the change yet")
            case .deadlineExceeded(let text): .failed("progress deadline exceeded: \(text)")
            case .replicaFailure(let text): .failed("pods cannot be created: \(text)")
            case .updated(let updated, let all): .inProgress("\(updated) of \(all) pods are updated")
            case .old(let count): .inProgress("\(count) old pods are still there")
            case .surplus(let count): .inProgress("\(count) pods too many are still there")
            case .ready(let ready, let all): .inProgress("\(ready) of \(all) pods are ready")
            case .available(let available, let all): .inProgress("\(available) of \(all) pods are available")
            }
    }

    /// A Job is current as soon as it runs: how long that takes is its own business.
    static func job(_ job: LiveResource) -> Readiness {
        if let failure = job.condition("Failed"), failure.isTrue { return .failed("the job failed: \(failure.text)") }
        let isDone = job.condition("Complete")?.isTrue ?? false
        let hasStarted = job.object[path: "status", "startTime"]?.string != nil
        return isDone || job.isSuspended || hasStarted ? .current : .inProgress("the job has not started")
    }

    /// A pod is current when it is ready or has done its work.
    ///
    /// [Pod lifecycle](https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/)
    static func pod(_ pod: LiveResource) -> Readiness {
        if let failure = PodFailure(of: pod) { return .failed("\(failure)") }
        switch pod.object[path: "status", "phase"]?.string {
        case "Succeeded": return .current
        case "Running": return pod.condition("Ready")?.isTrue ?? false ? .current : .inProgress("the pod is not ready")
        default: return .inProgress(pod.reasonNotToRun)
        }
    }
}

extension LiveResource {
    /// Whether `spec.suspend` is set.
    var isSuspended: Bool { object[path: "spec", "suspend"]?.bool == true }

    /// Why a pod does not run yet.
    var reasonNotToRun: String {
        let unscheduled = condition("PodScheduled").flatMap { $0.isFalse ? $0.text : nil }
        return unscheduled.map { "the pod is not scheduled: \($0)" } ?? "the pod is starting"
    }
}
