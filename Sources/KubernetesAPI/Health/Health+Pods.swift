import Manifests

extension Health {
    /// A pod that shall run forever is healthy when it is ready, one with an end when it has come to a good one.
    ///
    /// [Pod lifecycle](https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/)
    static func pod(_ pod: LiveResource) -> Health {
        let stuck = pod.stuckContainers.map(\.reasonToWait).joined(separator: ", ").onOneLine()
        let isRunning = pod.object[path: "status", "phase"] == "Running"
        if !stuck.isEmpty {
            // A container that may end may also fail, and be started again.
            return isRunning && !pod.runsForever
                ? Health(.progressing, stuck, pipeCD: .healthy) : Health(.degraded, stuck)
        }
        let message = (pod.object[path: "status", "message"]?.string ?? "").onOneLine()
        switch pod.object[path: "status", "phase"]?.string {
        case "Succeeded": return Health(.healthy, message)
        case "Failed": return Health(.degraded, message.isEmpty ? pod.reasonOfFailure : message)
        case "Running": return running(pod, message)
        case "Unknown": return Health(.unknown, message, pipeCD: .unhealthy)
        default: return Health(.progressing, message.isEmpty ? pod.reasonNotToRun : message)
        }
    }

    private static func running(_ pod: LiveResource, _ message: String) -> Health {
        guard pod.runsForever else { return Health(.progressing, message, pipeCD: .healthy) }
        guard let ready = pod.condition("Ready"), !ready.isTrue else { return Health(.healthy, message) }
        let crashed = pod.containerStatuses.filter { !$0.isReady }.compactMap(\.reasonOfRestart)
        guard crashed.isEmpty else { return Health(.degraded, crashed.joined(separator: ", ").onOneLine()) }
        return Health(.progressing, ready.text)
    }

    /// A Job that has started is well, however long it takes.
    static func job(_ job: LiveResource) -> Health {
        if let failure = job.condition("Failed"), failure.isTrue { return Health(.degraded, failure.text) }
        if let end = job.condition("Complete"), end.isTrue { return Health(.healthy, end.message.onOneLine()) }
        let isSuspended = job.isSuspended || job.condition("Suspended")?.isTrue ?? false
        return isSuspended
            ? Health(.suspended, "Job is suspended", pipeCD: .healthy)
            : Health(.progressing, "Job is in progress", pipeCD: .healthy)
    }

    static func cronJob(_ job: LiveResource) -> Health {
        job.isSuspended ? Health(.suspended, "CronJob is suspended", pipeCD: .healthy) : .applied(job)
    }
}

extension LiveResource {
    /// Whether the pod is to run until somebody stops it.
    ///
    /// Users of Argo CD say with an annotation that a pod does in spite of its restart policy.
    fileprivate var runsForever: Bool {
        guard let policy = object[path: "spec", "restartPolicy"]?.string, policy != "Always" else { return true }
        let annotations = annotations
        return annotations["argocd.argoproj.io/ignore-restart-policy"] == "true"
            && annotations["argocd.argoproj.io/hook"] == nil
    }

    /// The containers that wait for something that does not come by itself.
    ///
    /// One that may end is forgiven a first failure to start.
    fileprivate var stuckContainers: [ContainerStatus] {
        let isForgiven = !runsForever
        return containerStatuses.filter { container in
            guard let reason = container.waiting?.reason else { return false }
            guard !PodFailure.reasons.contains(reason) else { return true }
            let isError = reason.hasPrefix("Err") || reason.hasSuffix("Error") || reason.hasSuffix("BackOff")
            return isError && !isForgiven
        }
    }

    /// What its containers say after the whole pod has failed.
    fileprivate var reasonOfFailure: String {
        let ended = containerStatuses.filter { $0.ended?.isFailure ?? false }
        let texts = ended.compactMap { container in container.ended.map { "\(container.place): \($0.text)" } }
        let reason = object[path: "status", "reason"]?.string ?? ""
        return (texts.isEmpty ? reason : texts.joined(separator: ", ")).onOneLine()
    }
}

extension ContainerStatus {
    fileprivate var place: String { name.isEmpty ? "a container" : "container \(name)" }

    /// Why it waits; once it has run, how it ended says more than that it is tried again.
    fileprivate var reasonToWait: String {
        guard let waiting else { return "" }
        if let endedBefore { return "\(place): \(waiting.reason): last \(endedBefore.text)" }
        return waiting.message.isEmpty ? "\(place): \(waiting.reason)" : waiting.message
    }

    /// How it ended, of one that runs again or soon will.
    fileprivate var reasonOfRestart: String? {
        (ended ?? endedBefore).map { "\(place): last \($0.text)" }
    }
}
