import Manifests

extension ClusterState {
    private static let pods = GroupResource(group: "", resource: "pods")
    private static let hashLabel = "controller-revision-hash"

    /// Runs numbered pods: one after another unless they may start in parallel, replaced from the last to the first.
    mutating func reconcileStatefulSet(_ set: Value, _ reference: ObjectReference) {
        let wanted = set["spec"]?["replicas"]?.int ?? 1
        let first = set["spec"]?["ordinals"]?["start"]?.int ?? 0
        let template = PodTemplate(set)
        let revision = "\(set.name)-\(template.hash)"
        keepRevision(revision, set, reference, template)
        var pods = controlled(set, reference.type, Self.pods).reduce(into: [String: Value]()) { $0[$1.name] = $1 }
        let names = (0..<max(0, min(wanted, 5_000))).map { "\(set.name)-\(first &+ $0)" }
        for (name, pod) in pods where !names.contains(name) {
            discard(pod, pod.podReference)
            pods[name] = nil
        }
        let isOrdered = set["spec"]?["podManagementPolicy"]?.string != "Parallel"
        for (index, name) in names.enumerated() where pods[name] == nil {
            if isOrdered, names.prefix(index).contains(where: { pods[$0]?.isReadyPod != true }) { break }
            let labels: Mapping = [
                Self.hashLabel: .string(revision), "statefulset.kubernetes.io/pod-name": .string(name),
                "apps.kubernetes.io/pod-index": .string(String(first &+ index)),
            ]
            let owner = ownerReference(set, reference.type)
            pods[name] = start(template.pod(owner: owner, name: name, labels: labels), of: set)
        }
        if set["spec"]?["updateStrategy"]?["type"]?.string != "OnDelete" { replaceLast(names, pods, set, revision) }
        report(pods.values.map { $0 }, set, reference, revision)
    }

    /// Keeps the record of a revision, as the real controller does.
    private mutating func keepRevision(
        _ name: String,
        _ owner: Value,
        _ reference: ObjectReference,
        _ template: PodTemplate
    ) {
        let revisions = GroupResource(group: "apps", resource: "controllerrevisions")
        guard store[ObjectReference(revisions, namespace: owner.namespace, name: name)] == nil else { return }
        let count = store.objects(revisions, namespace: owner.namespace).filter { $0.controllerUID == owner.uid }.count
        var labels = template.template["metadata"]?["labels"]?.mapping ?? [:]
        labels["controller.kubernetes.io/hash"] = .string(template.hash)
        let record: Value = [
            "metadata": [
                "name": .string(name), "labels": .mapping(labels),
                "ownerReferences": [ownerReference(owner, reference.type)],
            ],
            "data": ["spec": ["template": template.template]], "revision": .int(count + 1),
        ]
        make(record, "apps", "controllerrevisions", namespace: owner.namespace)
    }

    /// Starts one pod with its claims.
    private mutating func start(_ template: Value, of set: Value) -> Value? {
        let name = template.name
        var pod = template
        pod.put(.string(name), "spec", "hostname")
        if let service = set["spec"]?["serviceName"] { pod.put(service, "spec", "subdomain") }
        for claim in set["spec"]?["volumeClaimTemplates"]?.array ?? [] {
            var volumes = pod["spec"]?["volumes"]?.array ?? []
            let claimName = Value.string("\(claim.name)-\(name)")
            volumes.append(["name": .string(claim.name), "persistentVolumeClaim": ["claimName": claimName]])
            pod.put(.array(volumes), "spec", "volumes")
            var object: Value = ["metadata": ["name": claimName], "spec": claim["spec"] ?? [:]]
            if let selector = set["spec"]?["selector"]?["matchLabels"] { object.put(selector, "metadata", "labels") }
            make(object, "", "persistentvolumeclaims", namespace: set.namespace)
        }
        return make(pod, "", "pods", namespace: set.namespace)
    }

    /// Deletes the last pod of an old revision, once the newer ones are ready; its successor follows.
    private mutating func replaceLast(_ names: [String], _ pods: [String: Value], _ set: Value, _ revision: String) {
        let partition = set["spec"]?["updateStrategy"]?["rollingUpdate"]?["partition"]?.int ?? 0
        for (index, name) in names.enumerated().reversed() where index >= partition {
            guard let pod = pods[name] else { continue }
            if pod.labels[Self.hashLabel]?.string != revision { return discard(pod, pod.podReference) }
            guard pod.isReadyPod else { return }
        }
    }

    private mutating func report(_ pods: [Value], _ set: Value, _ reference: ObjectReference, _ revision: String) {
        guard var current = store[reference] else { return }
        let updated = pods.filter { $0.labels[Self.hashLabel]?.string == revision }.count
        let ready = pods.filter(\.isReadyPod).count
        let isComplete = updated == pods.count && updated == (set["spec"]?["replicas"]?.int ?? 1)
        let before = current["status"]?["currentRevision"]?.string
        let now = isComplete ? revision : before ?? revision
        let old = pods.filter { $0.labels[Self.hashLabel]?.string == now }.count
        current.put(.int(pods.count), "status", "replicas")
        current.put(.int(ready), "status", "availableReplicas")
        current.setCounts([("readyReplicas", ready), ("currentReplicas", old), ("updatedReplicas", updated)])
        current.put(.string(now), "status", "currentRevision")
        current.put(.string(revision), "status", "updateRevision")
        current.put(0, "status", "collisionCount")
        current.put(current["metadata"]?["generation"], "status", "observedGeneration")
        writeStatus(current, at: reference)
    }

    // MARK: DaemonSets

    /// Runs one pod on each node.
    mutating func reconcileDaemonSet(_ set: Value, _ reference: ObjectReference) {
        let template = PodTemplate(set)
        let hash = template.hash
        keepRevision("\(set.name)-\(hash)", set, reference, template)
        var pods = controlled(set, reference.type, Self.pods)
        if set["spec"]?["updateStrategy"]?["type"]?.string != "OnDelete" {
            let old = pods.filter { $0.labels[Self.hashLabel]?.string != hash }
            for pod in old { discard(pod, pod.podReference) }
            pods.removeAll { pod in old.contains { $0.uid == pod.uid } }
        }
        let nodes = store.objects(GroupResource(group: "", resource: "nodes")).map(\.name)
        for node in nodes where !pods.contains(where: { $0["spec"]?["nodeName"]?.string == node }) {
            let labels: Mapping = [Self.hashLabel: .string(hash), "pod-template-generation": "1"]
            var pod = template.pod(owner: ownerReference(set, reference.type), labels: labels)
            pod.put(.string(node), "spec", "nodeName")
            if let made = make(pod, "", "pods", namespace: set.namespace) { pods.append(made) }
        }
        report(pods, nodes: nodes.count, hash, reference)
    }

    private mutating func report(_ pods: [Value], nodes: Int, _ hash: String, _ reference: ObjectReference) {
        guard var current = store[reference] else { return }
        let ready = pods.filter(\.isReadyPod).count
        let updated = pods.filter { $0.labels[Self.hashLabel]?.string == hash }.count
        current.put(.int(nodes), "status", "desiredNumberScheduled")
        current.put(.int(pods.count), "status", "currentNumberScheduled")
        current.put(.int(ready), "status", "numberReady")
        current.put(0, "status", "numberMisscheduled")
        current.setCounts([
            ("numberAvailable", ready), ("updatedNumberScheduled", updated),
            ("numberUnavailable", max(0, nodes - ready)),
        ])
        current.put(current["metadata"]?["generation"], "status", "observedGeneration")
        writeStatus(current, at: reference)
    }

    /// A node has come or gone: every DaemonSet looks again.
    mutating func reconcileDaemonSets() {
        let type = GroupResource(group: "apps", resource: "daemonsets")
        for set in store.objects(type) {
            controllers.add(.object(ObjectReference(type, namespace: set.namespace, name: set.name)))
        }
    }
}
