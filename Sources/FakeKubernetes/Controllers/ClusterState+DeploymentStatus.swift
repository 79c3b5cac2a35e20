import Manifests

extension ClusterState {
    private static let replicaSets = GroupResource(group: "apps", resource: "replicasets")

    /// How far a Deployment is, counted from its ReplicaSets.
    private struct Progress {
        var replicas = 0
        var updated = 0
        var ready = 0
        var wanted: Int
        var failure: Value?

        var isComplete: Bool { updated == wanted && replicas == wanted && ready == wanted }
    }

    /// Writes the status of a Deployment, in the words of the real controller.
    mutating func report(_ deployment: Value, _ reference: ObjectReference, _ newest: String?) {
        guard var current = store[reference] else { return }
        let progress = progress(deployment, newest)
        current.setCounts([
            ("replicas", progress.replicas), ("updatedReplicas", progress.updated), ("readyReplicas", progress.ready),
            ("availableReplicas", progress.ready),
            ("unavailableReplicas", max(0, max(progress.replicas, progress.wanted) &- progress.ready)),
        ])
        current.put(current["metadata"]?["generation"], "status", "observedGeneration")
        setAvailable(&current, progress)
        setProgressing(&current, progress, newest)
        if let failure = progress.failure {
            let message = failure["message"]?.string ?? ""
            current.setCondition("ReplicaFailure", true, reason: "FailedCreate", message: message, updates: true)
        } else {
            current.removeCondition("ReplicaFailure")
        }
        if let newest, let revision = store[place(deployment, newest)]?.annotation("deployment.kubernetes.io/revision")
        {
            current.put(.string(revision), "metadata", "annotations", "deployment.kubernetes.io/revision")
        }
        let changed = current["status"] != store[reference]?["status"]
        writeStatus(current, at: reference)
        guard changed, !progress.isComplete, let newest, deployment["spec"]?["paused"]?.bool != true else { return }
        let seconds = max(0, min(deployment["spec"]?["progressDeadlineSeconds"]?.int ?? 600, 86_400))
        controllers.add(
            .deadline(reference, replicaSet: newest, ready: progress.ready),
            after: seconds * 1000
        )
    }

    private func place(_ deployment: Value, _ replicaSet: String) -> ObjectReference {
        ObjectReference(Self.replicaSets, namespace: deployment.namespace, name: replicaSet)
    }

    private mutating func progress(_ deployment: Value, _ newest: String?) -> Progress {
        var progress = Progress(wanted: deployment["spec"]?["replicas"]?.int ?? 1)
        for part in store.dependents(of: deployment.uid) {
            guard let replicaSet = store[part], part.type == Self.replicaSets else { continue }
            progress.replicas &+= replicaSet["status"]?["replicas"]?.int ?? 0
            progress.ready &+= replicaSet["status"]?["availableReplicas"]?.int ?? 0
            progress.failure = progress.failure ?? replicaSet.condition("ReplicaFailure")
            if replicaSet.name == newest { progress.updated = replicaSet["status"]?["replicas"]?.int ?? 0 }
        }
        return progress
    }

    private func setAvailable(_ deployment: inout Value, _ progress: Progress) {
        let isAvailable = progress.ready >= progress.wanted - Self.mostUnavailable(deployment, progress.wanted)
        deployment.setCondition(
            "Available",
            isAvailable,
            reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            message: "Deployment \(isAvailable ? "has" : "does not have") minimum availability.",
            updates: true
        )
    }

    /// How many pods may be missing: a number, or a share rounded down.
    private static func mostUnavailable(_ deployment: Value, _ wanted: Int) -> Int {
        switch deployment["spec"]?["strategy"]?["rollingUpdate"]?["maxUnavailable"] {
        case .int(let number): return min(max(0, number), wanted)
        case .string(let text):
            let percent = Int(text.dropLast()) ?? 0
            return (0...100).contains(percent) ? min(wanted, 1_000_000) * percent / 100 : 0
        default: return 0
        }
    }

    private func setProgressing(_ deployment: inout Value, _ progress: Progress, _ newest: String?) {
        guard deployment["spec"]?["paused"]?.bool != true else {
            deployment.setCondition(
                "Progressing",
                true,
                reason: "DeploymentPaused",
                message: "Deployment is paused",
                updates: true
            )
            return
        }
        guard let newest else { return }
        let name = "ReplicaSet \"\(newest)\""
        if progress.isComplete {
            let message = "\(name) has successfully progressed."
            deployment.setCondition(
                "Progressing",
                true,
                reason: "NewReplicaSetAvailable",
                message: message,
                updates: true
            )
        } else if deployment.condition("Progressing")?["message"]?.string != "\(name) has timed out progressing." {
            let message = "\(name) is progressing."
            deployment.setCondition("Progressing", true, reason: "ReplicaSetUpdated", message: message, updates: true)
        }
    }

    /// Gives a Deployment up that has made no progress since the deadline was set.
    mutating func checkDeadline(_ reference: ObjectReference, replicaSet: String, ready: Int) {
        guard var deployment = store[reference], !deployment.isBeingDeleted,
            deployment.condition("Progressing")?["reason"]?.string == "ReplicaSetUpdated",
            deployment.condition("Progressing")?["message"]?.string?.contains("\"\(replicaSet)\"") == true,
            (deployment["status"]?["availableReplicas"]?.int ?? 0) == ready
        else { return }
        let message = "ReplicaSet \"\(replicaSet)\" has timed out progressing."
        deployment.setCondition(
            "Progressing",
            false,
            reason: "ProgressDeadlineExceeded",
            message: message,
            updates: true
        )
        writeStatus(deployment, at: reference)
    }
}
