import Manifests

extension Health {
    /// What an object says of itself.
    ///
    /// Whatever is being deleted is on its way. Then comes the rule of its kind; custom resources are read by convention,
    /// and of what Kubernetes has no rule for, it is enough to be there.
    ///
    /// - Parameter resource: The object; fields of a wrong type make it `unknown`.
    public init(of resource: LiveResource) {
        if resource.isTerminating {
            self = .terminating(resource)
        } else if resource.isMistyped {
            self.init(.unknown)
        } else if let rule = Self.rules[resource.key.groupKind] {
            self = rule(resource)
        } else if resource.key.groupKind.isBuiltIn {
            self = .convention(resource) ?? .applied(resource)
        } else {
            self = .custom(resource)
        }
    }

    /// An object that came into being by being applied, and has nothing to report.
    static func applied(_ resource: LiveResource) -> Health {
        Health(.healthy, "\"\(resource.key.name)\" was applied successfully")
    }

    /// An object that waits for its finalizers, or for what it contains, to be gone.
    private static func terminating(_ resource: LiveResource) -> Health {
        let remaining = resource.conditions.first { $0.isTrue && $0.type.hasPrefix("Namespace") }?.text
        let finalizers =
            resource.finalizers.isEmpty ? nil : "finalizers: " + resource.finalizers.joined(separator: ", ")
        let text = ["\(resource.key.kind) is being deleted", remaining, finalizers].compactMap { $0 }
        return Health(.progressing, text.joined(separator: "; ").onOneLine(), pipeCD: .unhealthy)
    }

    private static let rules: [GroupKind: @Sendable (LiveResource) -> Health] = [
        GroupKind(group: "apps", kind: "Deployment"): { deployment($0) },
        GroupKind(group: "apps", kind: "StatefulSet"): { statefulSet($0) },
        GroupKind(group: "apps", kind: "DaemonSet"): { daemonSet($0) },
        GroupKind(group: "apps", kind: "ReplicaSet"): { replicaSet($0) },
        GroupKind(kind: "ReplicationController"): { replicaSet($0) },
        GroupKind(kind: "Pod"): { pod($0) },
        GroupKind(group: "batch", kind: "Job"): { job($0) },
        GroupKind(group: "batch", kind: "CronJob"): { cronJob($0) },
        GroupKind(kind: "PersistentVolume"): { persistentVolume($0) },
        GroupKind(kind: "PersistentVolumeClaim"): { persistentVolumeClaim($0) },
        GroupKind(kind: "Service"): { service($0) },
        GroupKind(group: "networking.k8s.io", kind: "Ingress"): { ingress($0) },
        GroupKind(group: "extensions", kind: "Ingress"): { ingress($0) },
        GroupKind(group: "autoscaling", kind: "HorizontalPodAutoscaler"): { autoscaler($0) },
        GroupKind(group: "policy", kind: "PodDisruptionBudget"): { disruptionBudget($0) },
        GroupKind(kind: "Namespace"): { namespace($0) },
        GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition"): { definition($0) },
        GroupKind(group: "apiregistration.k8s.io", kind: "APIService"): { apiService($0) },
    ]
}

extension LiveResource {
    /// Whether a field that rules read has a type that no server would give it.
    ///
    /// PipeCD cannot tell anything of such an object, and says so.
    fileprivate var isMistyped: Bool {
        guard key.groupKind.isBuiltIn else { return false }
        let spec = object["spec"] ?? .null
        let status = object["status"] ?? .null
        let parts = [spec, status].allSatisfy { $0.isNull || $0.mapping != nil }
        let numbers = [spec["replicas"]] + Self.counts.map { status[$0] }
        let flags = [spec["paused"], spec["suspend"]]
        let lists = ["conditions", "containerStatuses", "initContainerStatuses"].map { status[$0] }
        return !parts
            || numbers.contains { $0.map { !$0.isNull && $0.int == nil } ?? false }
            || flags.contains { $0.map { !$0.isNull && $0.bool == nil } ?? false }
            || lists.contains { $0.map { !$0.isNull && $0.array == nil } ?? false }
            || status["phase"].map { !$0.isNull && $0.string == nil } ?? false
    }

    private static let counts = [
        "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas",
        "desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberUnavailable",
        "numberMisscheduled",
    ]
}
