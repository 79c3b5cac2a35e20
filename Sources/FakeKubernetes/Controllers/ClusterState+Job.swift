import Manifests

extension ClusterState {
    /// Runs pods until enough of them have ended well, or too many have not.
    mutating func reconcileJob(_ job: Value, _ reference: ObjectReference) {
        guard job.condition("Complete") == nil, job.condition("Failed") == nil else { return }
        let isSuspended = job["spec"]?["suspend"]?.bool == true
        let parallelism = min(job["spec"]?["parallelism"]?.int ?? 1, 5_000)
        let completions = job["spec"]?["completions"]?.int ?? parallelism
        var pods = controlled(job, reference.type, GroupResource(group: "", resource: "pods"))
        let succeeded = pods.filter { $0["status"]?["phase"]?.string == "Succeeded" }.count
        let failed = pods.filter { $0["status"]?["phase"]?.string == "Failed" }.count
        let isOver = succeeded >= completions || failed > (job["spec"]?["backoffLimit"]?.int ?? 6)
        if !isOver, !isSuspended {
            let active = pods.filter { !$0.isFinishedPod }.count
            let template = PodTemplate(job)
            let owner = ownerReference(job, reference.type)
            for _ in active..<max(active, min(parallelism, completions - succeeded)) {
                guard let pod = make(template.pod(owner: owner), "", "pods", namespace: job.namespace) else { break }
                pods.append(pod)
            }
        }
        guard var current = store[reference] else { return }
        if current["status"]?["startTime"] == nil, !isSuspended {
            current.put(.string(Timestamp.now.text), "status", "startTime")
        }
        let active = pods.filter { !$0.isFinishedPod }
        current.setCounts([("active", isOver ? 0 : active.count), ("succeeded", succeeded), ("failed", failed)])
        current.put(.int(active.filter(\.isReadyPod).count), "status", "ready")
        if isSuspended { current.setCondition("Suspended", true, reason: "JobSuspended", message: "Job suspended") }
        if isOver { finish(&current, isComplete: succeeded >= completions) }
        writeStatus(current, at: reference)
    }

    private func finish(_ job: inout Value, isComplete: Bool) {
        if isComplete {
            let message = "Reached expected number of succeeded pods"
            for type in ["SuccessCriteriaMet", "Complete"] {
                job.setCondition(type, true, reason: "CompletionsReached", message: message)
            }
            job.put(.string(Timestamp.now.text), "status", "completionTime")
        } else {
            let message = "Job has reached the specified backoff limit"
            for type in ["FailureTarget", "Failed"] {
                job.setCondition(type, true, reason: "BackoffLimitExceeded", message: message)
            }
        }
    }
}
