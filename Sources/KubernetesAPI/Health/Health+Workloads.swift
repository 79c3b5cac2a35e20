import Manifests

/// The texts are PipeCD's where it has one; its users and their tools know them.
extension Health {
    static func deployment(_ deployment: LiveResource) -> Health {
        let name = deployment.key.name
        let state = WorkloadState.deployment(deployment)
        if let health = stopped(deployment, state) { return health }
        switch state {
        case .notObserved:
            return Health(.progressing, notObserved("deployment"), pipeCD: .unknown)
        case .deadlineExceeded:
            return Health(.degraded, "Deployment \"\(name)\" exceeded its progress deadline")
        case _ where !deployment.saysReplicas:
            return Health(.unknown, unspecified)
        case .updated(let updated, let desired):
            return Health(.progressing, "Waiting for remaining \(updated)/\(desired) replicas to be updated")
        case .old(let count), .surplus(let count):
            return Health(.progressing, "\(count) old replicas are pending termination")
        case .available(let count, let all), .ready(let count, let all):
            return Health(.progressing, notAvailable(all - count, of: all))
        case .current, .paused, .replicaFailure:
            return Health(.healthy)
        }
    }

    static func statefulSet(_ set: LiveResource) -> Health {
        let state = WorkloadState.statefulSet(set)
        if let health = stopped(set, state) { return health }
        let ready = set.count("readyReplicas")
        let desired = set.desiredReplicas
        switch state {
        case .notObserved, .deadlineExceeded:
            return Health(.progressing, "Waiting for statefulset spec update to be observed")
        case _ where !set.saysReplicas:
            return Health(.unknown, unspecified, pipeCD: .unhealthy)
        case .ready, .available:
            return Health(.progressing, notReady(ready, of: desired))
        case .surplus(let count), .old(let count):
            let text = ready == desired ? "\(count) old replicas are pending termination" : notReady(ready, of: desired)
            return Health(.progressing, text)
        case .updated(let updated, let due) where set.partition > 0:
            let progress = "\(updated) out of \(due) new pods have been updated"
            return Health(.progressing, "Waiting for partitioned roll out to finish because \(progress)")
        case .updated(let updated, _):
            let revision = set.object[path: "status", "updateRevision"]?.string ?? ""
            let progress = "\(updated) pods at revision \(revision)"
            return Health(.progressing, "Waiting for statefulset rolling update to complete \(progress)".onOneLine())
        case .current, .paused, .replicaFailure:
            return Health(.healthy)
        }
    }

    static func replicaSet(_ set: LiveResource) -> Health {
        let state = WorkloadState.replicaSet(set)
        if let health = stopped(set, state) { return health }
        let ready = set.count("readyReplicas")
        let desired = set.desiredReplicas
        switch state {
        case .notObserved, .deadlineExceeded:
            return Health(.progressing, notObserved("replica set"))
        case _ where !set.saysReplicas:
            return Health(.unknown, unspecified, pipeCD: .unhealthy)
        case .available(let available, _):
            let all = max(set.count("replicas"), desired)
            return Health(.progressing, notAvailable(all - available, of: all))
        case .ready:
            return Health(.progressing, notReady(ready, of: desired))
        case .surplus(let count), .old(let count), .updated(let count, _):
            let text = ready == desired ? "\(count) old replicas are pending termination" : notReady(ready, of: desired)
            return Health(.progressing, text)
        case .current, .paused, .replicaFailure:
            return Health(.healthy)
        }
    }

    static func daemonSet(_ set: LiveResource) -> Health {
        let state = WorkloadState.daemonSet(set)
        if let health = stopped(set, state) { return health }
        let waiting = "Waiting for daemon set \"\(set.key.name)\" rollout to finish because"
        switch state {
        case .notObserved, .deadlineExceeded:
            return Health(.progressing, notObserved("daemon set"))
        case .updated(let updated, let desired):
            return Health(.progressing, "\(waiting) \(updated) out of \(desired) new pods have been updated")
        case .available(let available, let desired), .ready(let available, let desired):
            return Health(.progressing, "\(waiting) \(available) of \(desired) updated pods are available")
        case .current, .paused, .replicaFailure, .old, .surplus:
            return placement(of: set)
        }
    }

    /// Pods of a DaemonSet where none should be, or missing where its counts contradict each other.
    private static func placement(of set: LiveResource) -> Health {
        let misscheduled = set.count("numberMisscheduled")
        if misscheduled > 0 {
            let text =
                "\(misscheduled) nodes that are running the daemon pod, but are not supposed to run the daemon pod"
            return Health(.healthy, text, pipeCD: .unhealthy)
        }
        let missing = set.count("numberUnavailable")
        let text = "nodes that should be running the daemon pod and have none of the daemon pod running and available"
        return missing > 0 ? Health(.progressing, "\(missing) \(text)") : Health(.healthy)
    }

    /// What all workloads have in common: paused by a person, or kept from creating pods.
    private static func stopped(_ workload: LiveResource, _ state: WorkloadState) -> Health? {
        switch state {
        case .paused: Health(.suspended, "\(workload.key.kind) is paused")
        case .replicaFailure(let text): Health(.degraded, text)
        default: nil
        }
    }

    private static let unspecified = "The number of desired replicas is unspecified"

    private static func notObserved(_ kind: String) -> String {
        "Waiting for rollout to finish because observed \(kind) generation less than desired generation"
    }

    private static func notAvailable(_ missing: Int, of all: Int) -> String {
        "Waiting for remaining \(missing)/\(all) replicas to be available"
    }

    private static func notReady(_ ready: Int, of desired: Int) -> String {
        "The number of ready replicas (\(ready)) is different from the desired number (\(desired))"
    }
}

extension LiveResource {
    /// Whether it says how many pods it wants; API servers fill it in.
    fileprivate var saysReplicas: Bool { object[path: "spec", "replicas"]?.int != nil }
}
