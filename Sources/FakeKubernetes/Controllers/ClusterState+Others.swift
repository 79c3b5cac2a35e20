import Manifests

extension ClusterState {
    /// The annotation that keeps an Ingress or a load balancer without an address, when it is `pending`.
    static let addressAnnotation = "fake.flotilla.dev/address"

    /// Gives an Ingress its address.
    mutating func reconcileIngress(_ ingress: Value, _ reference: ObjectReference) {
        guard ingress["status"]?["loadBalancer"]?["ingress"] == nil,
            ingress.annotation(Self.addressAnnotation) != "pending"
        else { return }
        var routed = ingress
        routed.put([["ip": "192.0.2.101"]], "status", "loadBalancer", "ingress")
        writeStatus(routed, at: reference, manager: "ingress-controller")
    }

    /// Counts the pods that a PodDisruptionBudget protects.
    mutating func reconcileBudgets(namespace: String) {
        let type = GroupResource(group: "policy", resource: "poddisruptionbudgets")
        for budget in store.objects(type, namespace: namespace) {
            reconcileBudget(budget, ObjectReference(type, namespace: namespace, name: budget.name))
        }
    }

    mutating func reconcileBudget(_ budget: Value, _ reference: ObjectReference) {
        let selector = LabelSelector(object: budget["spec"]?["selector"] ?? [:])
        let pods = store.objects(GroupResource(group: "", resource: "pods"), namespace: budget.namespace).filter {
            selector.matches($0.labels) && !$0.isFinishedPod
        }
        let healthy = pods.filter(\.isReadyPod).count
        let desired: Int
        if let most = budget["spec"]?["maxUnavailable"] {
            desired = max(0, pods.count - Self.count(most, of: pods.count))
        } else {
            desired = Self.count(budget["spec"]?["minAvailable"] ?? 1, of: pods.count)
        }
        var counted = budget
        let counts = [
            ("currentHealthy", healthy), ("desiredHealthy", desired), ("expectedPods", pods.count),
            ("disruptionsAllowed", max(0, healthy - desired)),
        ]
        for (field, count) in counts { counted.put(.int(count), "status", field) }
        counted.put(budget["metadata"]?["generation"], "status", "observedGeneration")
        let isAllowed = healthy > desired
        let reason = isAllowed ? "SufficientPods" : "InsufficientPods"
        counted.setCondition("DisruptionAllowed", isAllowed, reason: reason, message: "")
        writeStatus(counted, at: reference)
    }

    /// A number, or a share rounded up.
    private static func count(_ value: Value, of total: Int) -> Int {
        if let number = value.int { return max(0, number) }
        let percent = Int(value.string?.dropLast() ?? "") ?? 0
        return (0...100).contains(percent) ? (total * percent + 99) / 100 : 0
    }
}
