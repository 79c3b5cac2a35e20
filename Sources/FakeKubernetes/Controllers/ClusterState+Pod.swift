import Manifests

extension ClusterState {
    /// Schedules and starts a new pod.
    mutating func reconcilePod(_ pod: Value, _ reference: ObjectReference) {
        guard pod["status"]?["phase"] == nil, !pod.isBeingDeleted else { return }
        let behaviour = PodBehaviour(pod)
        guard behaviour != .pending else {
            var waiting = pod
            waiting.put("Pending", "status", "phase")
            let message = "0/\(options.nodes) nodes are available: \(options.nodes) Insufficient cpu."
            waiting.setCondition("PodScheduled", false, reason: "Unschedulable", message: message)
            return writeStatus(waiting, at: reference, manager: "kube-scheduler")
        }
        var status = PodStatus(pod, address: addresses.podAddress())
        if case .ready(let delay) = behaviour {
            let milliseconds = delay ?? options.podReadyDelay
            if milliseconds > 0 {
                controllers.add(.ready(reference, uid: pod.uid), after: milliseconds)
                status.wait("ContainerCreating")
            } else {
                finish(pod, &status)
            }
        } else {
            status.fail(behaviour)
        }
        start(pod, status, reference)
    }

    /// Jobs run to their end at once; other pods stay and are ready.
    private func finish(_ pod: Value, _ status: inout PodStatus) {
        let runsOnce =
            pod["spec"]?["restartPolicy"]?.string != "Always" && pod["metadata"]?["labels"]?["job-name"] != nil
        if runsOnce { status.succeed() } else { status.run(isReady: true) }
    }

    private mutating func start(_ pod: Value, _ status: PodStatus, _ reference: ObjectReference) {
        var scheduled = pod
        if pod["spec"]?["nodeName"] == nil {
            scheduled.put(.string(nodeNames.first ?? "node-1"), "spec", "nodeName")
            schedule(scheduled, reference)
        }
        guard var current = store[reference] else { return }
        current["status"] = status.value
        writeStatus(current, at: reference, manager: "kubelet")
    }

    /// Binds a pod to its node, which no client could do through the pod itself.
    private mutating func schedule(_ pod: Value, _ reference: ObjectReference) {
        guard store[reference] != nil else { return }
        commit(pod, at: reference)
    }

    /// The time of a pod has come.
    mutating func becomeReady(_ reference: ObjectReference, uid: String) {
        guard var pod = store[reference], pod.uid == uid, !pod.isBeingDeleted else { return }
        var status = PodStatus(pod, address: pod["status"]?["podIP"]?.string ?? addresses.podAddress())
        finish(pod, &status)
        pod["status"] = status.value
        writeStatus(pod, at: reference, manager: "kubelet")
    }

    var nodeNames: [String] {
        (0..<max(1, options.nodes)).map { "node-\($0 + 1)" }
    }

    /// A claim gets its volume at once.
    mutating func bind(_ claim: Value, _ reference: ObjectReference) {
        guard claim["status"]?["phase"]?.string != "Bound", !claim.isBeingDeleted else { return }
        var bound = claim
        if claim["spec"]?["volumeName"] == nil { bound.put(.string("pvc-\(claim.uid)"), "spec", "volumeName") }
        write(bound, at: reference)
        guard var current = store[reference] else { return }
        current.put("Bound", "status", "phase")
        current.put(claim["spec"]?["accessModes"], "status", "accessModes")
        current.put(claim["spec"]?["resources"]?["requests"], "status", "capacity")
        writeStatus(current, at: reference)
    }
}
