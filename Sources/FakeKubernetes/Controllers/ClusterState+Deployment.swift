import Manifests

extension ClusterState {
    private static let replicaSets = GroupResource(group: "apps", resource: "replicasets")
    private static let revisionKey = "deployment.kubernetes.io/revision"

    /// Brings a Deployment to its template: a new ReplicaSet with all replicas, the old ones to none once it is ready.
    mutating func reconcileDeployment(_ deployment: Value, _ reference: ObjectReference) {
        let all = controlled(deployment, reference.type, Self.replicaSets)
        let template = PodTemplate(deployment)
        let current = all.first { PodTemplate($0).comparable == template.comparable }
        let isPaused = deployment["spec"]?["paused"]?.bool == true
        let old = all.filter { $0.uid != current?.uid }
        let revision = (all.map(Self.revision).max() ?? 0)
        if isPaused {
            if let current { scale(current, deployment["spec"]?["replicas"]?.int ?? 1) }
            return report(deployment, reference, current.map(\.name))
        }
        let recreates = deployment["spec"]?["strategy"]?["type"]?.string == "Recreate"
        if recreates {
            for replicaSet in old { scale(replicaSet, 0) }
            if old.contains(where: { ($0["status"]?["replicas"]?.int ?? 0) > 0 }) {
                return report(deployment, reference, current.map(\.name))
            }
        }
        let name = current.map(\.name) ?? makeReplicaSet(deployment, reference, template, revision: revision + 1)
        if let current {
            if Self.revision(current) < revision { annotate(current, revision: revision + 1) }
            scale(current, deployment["spec"]?["replicas"]?.int ?? 1)
        }
        retire(old, deployment, newest: name)
        report(deployment, reference, name)
    }

    private static func revision(_ object: Value) -> Int {
        // Clients can write here too: a limit keeps the count from overflowing.
        min(max(0, object.annotation(revisionKey).flatMap(Int.init) ?? 0), 1 << 40)
    }

    private func place(_ replicaSet: Value) -> ObjectReference {
        ObjectReference(Self.replicaSets, namespace: replicaSet.namespace, name: replicaSet.name)
    }

    private mutating func makeReplicaSet(
        _ deployment: Value,
        _ reference: ObjectReference,
        _ template: PodTemplate,
        revision: Int
    ) -> String? {
        let hash = template.hash
        var pods = template.template
        pods.put(.string(hash), "metadata", "labels", "pod-template-hash")
        var selector = deployment["spec"]?["selector"] ?? [:]
        selector.put(.string(hash), "matchLabels", "pod-template-hash")
        var annotations = deployment["metadata"]?["annotations"]?.mapping ?? [:]
        annotations["kubectl.kubernetes.io/last-applied-configuration"] = nil
        annotations[Self.revisionKey] = .string(String(revision))
        let wanted = deployment["spec"]?["replicas"] ?? 1
        annotations["deployment.kubernetes.io/desired-replicas"] = .string(wanted.jsonText())
        let metadata: Mapping = [
            "name": .string("\(deployment.name)-\(hash)"), "labels": pods["metadata"]?["labels"] ?? [:],
            "annotations": .mapping(annotations), "ownerReferences": [ownerReference(deployment, reference.type)],
        ]
        var spec: Mapping = ["replicas": wanted, "selector": selector, "template": pods]
        spec["minReadySeconds"] = deployment["spec"]?["minReadySeconds"]
        let replicaSet: Value = ["metadata": .mapping(metadata), "spec": .mapping(spec)]
        return make(replicaSet, "apps", "replicasets", namespace: deployment.namespace)?.name
    }

    private mutating func annotate(_ replicaSet: Value, revision: Int) {
        var copy = replicaSet
        copy.put(.string(String(revision)), "metadata", "annotations", Self.revisionKey)
        write(copy, at: place(replicaSet))
    }

    private mutating func scale(_ replicaSet: Value, _ replicas: Int) {
        guard var copy = store[place(replicaSet)], copy["spec"]?["replicas"]?.int != replicas else { return }
        copy.put(.int(replicas), "spec", "replicas")
        if replicas > 0 {
            copy.put(.string(String(replicas)), "metadata", "annotations", "deployment.kubernetes.io/desired-replicas")
        }
        write(copy, at: place(replicaSet))
    }

    /// Old ReplicaSets run down when the newest has its pods ready; those beyond the history go.
    private mutating func retire(_ old: [Value], _ deployment: Value, newest: String?) {
        guard let newest, !old.isEmpty else { return }
        let reference = ObjectReference(Self.replicaSets, namespace: deployment.namespace, name: newest)
        let wanted = deployment["spec"]?["replicas"]?.int ?? 1
        guard let replicaSet = store[reference], (replicaSet["status"]?["readyReplicas"]?.int ?? 0) >= wanted else {
            return
        }
        for replicaSet in old { scale(replicaSet, 0) }
        let empty = old.filter { ($0["status"]?["replicas"]?.int ?? 0) == 0 && $0["spec"]?["replicas"]?.int == 0 }
        let surplus = empty.count - (deployment["spec"]?["revisionHistoryLimit"]?.int ?? 10)
        guard surplus > 0 else { return }
        for replicaSet in empty.sorted(by: { Self.revision($0) < Self.revision($1) }).prefix(surplus) {
            discard(replicaSet, place(replicaSet))
        }
    }
}
