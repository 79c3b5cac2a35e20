import Manifests

extension Health {
    /// Whether it can read its metrics and scale its target.
    ///
    /// [Status conditions](https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale-walkthrough/#appendix-horizontal-pod-autoscaler-status-conditions)
    static func autoscaler(_ autoscaler: LiveResource) -> Health {
        let conditions = autoscaler.scalingConditions
        let inNeed = conditions.filter { ["AbleToScale", "ScalingActive"].contains($0.type) && !$0.isTrue }
        if let failure = inNeed.first(where: { $0.reason.hasPrefix("Failed") || $0.reason.hasPrefix("Invalid") }) {
            return Health(.degraded, failure.text)
        }
        guard let able = conditions.first(where: { $0.type == "AbleToScale" }) else {
            return Health(.progressing, "waiting to autoscale", pipeCD: .healthy)
        }
        guard able.isTrue else { return Health(.progressing, able.text) }
        // Switched off, by a scale of 0 for example.
        return inNeed.first.map { Health(.healthy, $0.text, pipeCD: .unhealthy) } ?? Health(.healthy)
    }

    /// Whether as many pods are well as the budget demands; PipeCD does not look.
    ///
    /// [Disruption budgets](https://kubernetes.io/docs/tasks/run-application/configure-pdb/)
    static func disruptionBudget(_ budget: LiveResource) -> Health {
        if let allowed = budget.condition("DisruptionAllowed"), allowed.reason == "SyncFailed" {
            return Health(.degraded, allowed.text, pipeCD: .healthy)
        }
        guard budget.object["status"]?.mapping != nil, budget.isObserved else {
            return Health(.progressing, "its controller has not seen the change yet", pipeCD: .healthy)
        }
        let healthy = budget.count("currentHealthy")
        let desired = budget.count("desiredHealthy")
        guard healthy < desired else { return .applied(budget) }
        return Health(.degraded, "\(healthy) of the \(desired) pods that it demands are healthy", pipeCD: .healthy)
    }
}

extension LiveResource {
    /// The conditions of an autoscaler, which version 1 of its API keeps in an annotation.
    fileprivate var scalingConditions: [Condition] {
        guard let text = annotations["autoscaling.alpha.kubernetes.io/conditions"],
            let list = try? Value(json: Array(text.utf8))
        else { return conditions }
        return (list.array ?? []).compactMap { Condition($0) } + conditions
    }
}
