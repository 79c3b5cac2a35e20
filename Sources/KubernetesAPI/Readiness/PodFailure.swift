public import Manifests

/// Why a pod cannot come up without help.
///
/// A pull that is being tried again for the first time, or a pod that finds no node yet, is no failure.
public struct PodFailure: Sendable, Hashable {
    /// The pod.
    public let pod: ResourceKey
    /// The container, `nil` when the whole pod failed.
    public let container: String?
    /// Kubernetes' word, such as `CrashLoopBackOff`.
    public let reason: String
    /// What more is known, perhaps nothing.
    public let message: String

    /// Looks at the status of a pod, `nil` when it may still come up.
    public init?(of pod: LiveResource) {
        if let stuck = Self(ofContainersIn: pod) {
            self = stuck
            return
        }
        guard !pod.isTerminating else { return nil }
        let status = pod.object["status"] ?? .null
        guard status["phase"] == "Failed" else { return nil }
        self.pod = pod.key
        container = nil
        reason = status["reason"]?.string ?? "Failed"
        message = (status["message"]?.string ?? "").onOneLine()
    }

    /// Looks only for a container that cannot start.
    private init?(ofContainersIn pod: LiveResource) {
        guard !pod.isTerminating else { return nil }
        let stuck = pod.containerStatuses.lazy.compactMap { container in
            container.waiting.flatMap { Self.reasons.contains($0.reason) ? (container, $0) : nil }
        }.first
        guard let (container, waiting) = stuck else { return nil }
        self.pod = pod.key
        self.container = container.name.isEmpty ? nil : container.name
        reason = waiting.reason
        message = container.message
    }

    /// The reasons for which a container waits that do not pass by themselves.
    static let reasons: Set = [
        "CrashLoopBackOff", "CreateContainerConfigError", "CreateContainerError", "ErrImageNeverPull",
        "ImageInspectError", "ImagePullBackOff", "InvalidImageName", "RunContainerError",
    ]
}

extension ContainerStatus {
    /// How it ended before and why it waits now, in one line.
    fileprivate var message: String {
        [endedBefore.map { "last \($0.text)" }, waiting?.message]
            .compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "; ").onOneLine()
    }
}

extension PodFailure: CustomStringConvertible {
    /// Pod, container, reason and message, in one line.
    public var description: String {
        let place = "pod \(pod.name)" + (container.map { ", container \($0)" } ?? "")
        return "\(place): \(reason)" + (message.isEmpty ? "" : ": \(message)")
    }
}

extension PodFailure {
    /// The first failure among the newest pods of a workload, `nil` when there is none.
    ///
    /// Pods of an earlier revision do not count: they are on their way out. Nor does a pod that has failed as a whole, an
    /// evicted one for example: its controller makes another, and may leave it lying around. That a container of a Job is
    /// started again is an attempt like any other.
    ///
    /// - Parameters:
    ///   - workload: A Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController or Job.
    ///   - pods: Pods of its namespace, others among them.
    ///   - replicaSets: ReplicaSets of its namespace; only a Deployment needs them.
    /// - Returns: The failure of the first pod by name.
    public static func find(
        for workload: LiveResource,
        pods: [LiveResource],
        replicaSets: [LiveResource]
    ) -> PodFailure? {
        // A Job never says what its controller has seen; its template cannot change.
        let isJob = workload.key.kind == "Job"
        guard isJob || workload.isObserved else { return nil }
        return newestPods(of: workload, among: pods, replicaSets: replicaSets)
            .filter { $0.object[path: "status", "phase"] != "Failed" }
            .sorted { $0.key.name < $1.key.name }
            .lazy.compactMap { PodFailure(ofContainersIn: $0) }
            .first { !isJob || $0.reason != "CrashLoopBackOff" }
    }

    static func newestPods(
        of workload: LiveResource,
        among pods: [LiveResource],
        replicaSets: [LiveResource]
    ) -> [LiveResource] {
        switch workload.key.kind {
        case "Deployment":
            let newest = newestReplicaSet(of: workload, among: replicaSets)
            return newest.map { owned(by: $0.uid, pods) } ?? []
        case "StatefulSet":
            let revision = workload.object[path: "status", "updateRevision"]?.string
            return owned(by: workload.uid, pods).filter { $0.labels["controller-revision-hash"] == revision }
        case "DaemonSet": return newestDaemonPods(of: workload, among: owned(by: workload.uid, pods))
        default: return owned(by: workload.uid, pods)
        }
    }

    private static func newestReplicaSet(of deployment: LiveResource, among sets: [LiveResource]) -> LiveResource? {
        let key = "deployment.kubernetes.io/revision"
        let sets = owned(by: deployment.uid, sets)
        if let revision = deployment.annotations[key] { return sets.first { $0.annotations[key] == revision } }
        return sets.max { Int($0.annotations[key] ?? "") ?? 0 < Int($1.annotations[key] ?? "") ?? 0 }
    }

    /// A DaemonSet does not say which revision is its newest, but counts the changes of its template.
    private static func newestDaemonPods(of set: LiveResource, among pods: [LiveResource]) -> [LiveResource] {
        let generation = set.annotations["deprecated.daemonset.template.generation"]
        if let generation, pods.contains(where: { $0.labels["pod-template-generation"] != nil }) {
            return pods.filter { $0.labels["pod-template-generation"] == generation }
        }
        let created = { (pod: LiveResource) in pod.object[path: "metadata", "creationTimestamp"]?.string ?? "" }
        let newest = pods.max { created($0) < created($1) }
        return pods.filter { $0.labels["controller-revision-hash"] == newest?.labels["controller-revision-hash"] }
    }

    private static func owned(by uid: String, _ resources: [LiveResource]) -> [LiveResource] {
        guard !uid.isEmpty else { return [] }
        return resources.filter { $0.ownerReferences.contains { $0.uid == uid } }
    }
}
