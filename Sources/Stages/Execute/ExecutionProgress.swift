import KubernetesAPI
import Manifests

/// What has been done so far in one cluster.
struct ExecutionProgress {
    /// The changes in the order of the plan.
    private(set) var changes: [ResourceChange] = []
    /// What the writes returned, by normalized key; readiness is bound to it.
    private(set) var written: [ResourceKey: LiveResource] = [:]

    /// Notes what a step did.
    mutating func add(_ results: [StepResult]) {
        for result in results {
            changes.append(ResourceChange(resource: result.key, change: result.change))
            if let resource = result.written { written[result.key.normalized] = resource }
        }
    }

    /// The report when the plan did not come to its end.
    func report(of plan: ClusterPlan, error: any Error, isStopped: Bool) -> TargetReport {
        let done = Set(changes.map(\.resource.normalized))
        let writing = plan.steps.filter { $0.action != "waitUntilReady" }.flatMap(\.resources)
        let isCancelled = error is CancellationError || (isStopped && (error as? StageError)?.isStop == true)
        return TargetReport(
            target: plan.target,
            outcome: isCancelled ? .cancelled : .failed,
            error: isCancelled ? "\(plan.target): stopped on request" : "\(error)",
            changes: changes,
            left: writing.filter { !done.contains($0.normalized) }
        )
    }
}

extension StageError {
    /// Whether it only says that the user asked to stop.
    var isStop: Bool {
        guard case .stopped = reason else { return false }
        return true
    }
}
