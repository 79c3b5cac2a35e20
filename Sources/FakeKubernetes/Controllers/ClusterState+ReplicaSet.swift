import Manifests

extension ClusterState {
    /// No more pods than this for one ReplicaSet.
    private static let mostPods = 5_000
    private static let pods = GroupResource(group: "", resource: "pods")

    /// Makes and removes pods until there are as many as wanted, and says how many are ready.
    mutating func reconcileReplicaSet(_ replicaSet: Value, _ reference: ObjectReference) {
        let wanted = min(replicaSet["spec"]?["replicas"]?.int ?? 1, Self.mostPods)
        var pods = controlled(replicaSet, reference.type, Self.pods).filter { !$0.isFinishedPod }
        var refusal: String?
        if pods.count < wanted {
            let owner = ownerReference(replicaSet, reference.type)
            let template = PodTemplate(replicaSet)
            if PodBehaviour(template.template) == .quotaExceeded {
                refusal =
                    "pods \"\(replicaSet.name)-x\" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=0, limited: pods=0"
            } else {
                for _ in pods.count..<wanted {
                    guard let pod = make(template.pod(owner: owner), "", "pods", namespace: replicaSet.namespace) else {
                        break
                    }
                    pods.append(pod)
                }
            }
        } else if pods.count > wanted {
            let surplus = pods.sorted { !$0.isReadyPod && $1.isReadyPod }.prefix(pods.count - max(0, wanted))
            for pod in surplus { discard(pod, pod.podReference) }
            let gone = Set(surplus.map(\.uid))
            pods.removeAll { gone.contains($0.uid) }
        }
        report(pods, refusal, reference)
    }

    private mutating func report(_ pods: [Value], _ refusal: String?, _ reference: ObjectReference) {
        guard var current = store[reference] else { return }
        let ready = pods.filter(\.isReadyPod).count
        current.setCounts([
            ("fullyLabeledReplicas", pods.count), ("readyReplicas", ready), ("availableReplicas", ready),
        ])
        current.put(.int(pods.count), "status", "replicas")
        current.put(current["metadata"]?["generation"], "status", "observedGeneration")
        if let refusal {
            current.setCondition("ReplicaFailure", true, reason: "FailedCreate", message: refusal)
        } else {
            current.removeCondition("ReplicaFailure")
        }
        writeStatus(current, at: reference)
    }
}
