/// When an object is applied, by its kind: what others need comes first.
///
/// Deleting goes through the phases backwards.
public enum InstallPhase: Int, CaseIterable, Comparable, Sendable {
    /// Namespaces.
    case namespaces
    /// Custom resource definitions.
    case definitions
    /// What pods are admitted and scheduled by: priority, storage, runtime and ingress classes, quotas, network policies.
    case classesAndLimits
    /// Service accounts and what they may do.
    case accounts
    /// ConfigMaps and Secrets.
    case configuration
    /// Persistent volumes and claims.
    case volumes
    /// Services and their endpoints.
    case services
    /// What runs pods.
    case workloads
    /// Autoscalers, disruption budgets and ingresses.
    case exposure
    /// Every other kind, custom resources among them.
    case others
    /// What stands between the API server and its clients: webhooks, admission policies, API services.
    case admission

    /// The phase of a kind.
    public init(_ type: GroupKind) {
        self = Self.phases[type] ?? .others
    }

    /// Earlier phases are less.
    public static func < (left: InstallPhase, right: InstallPhase) -> Bool {
        left.rawValue < right.rawValue
    }

    private static let kinds: [(InstallPhase, group: String, kinds: [String])] = [
        (.namespaces, "", ["Namespace"]),
        (.definitions, "apiextensions.k8s.io", ["CustomResourceDefinition"]),
        (.classesAndLimits, "", ["LimitRange", "ResourceQuota"]),
        (.classesAndLimits, "scheduling.k8s.io", ["PriorityClass"]),
        (.classesAndLimits, "storage.k8s.io", ["StorageClass", "VolumeAttributesClass", "CSIDriver"]),
        (.classesAndLimits, "node.k8s.io", ["RuntimeClass"]),
        (.classesAndLimits, "networking.k8s.io", ["IngressClass", "NetworkPolicy"]),
        (.classesAndLimits, "resource.k8s.io", ["DeviceClass"]),
        (.accounts, "", ["ServiceAccount"]),
        (.accounts, "rbac.authorization.k8s.io", ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"]),
        (.configuration, "", ["ConfigMap", "Secret"]),
        (.volumes, "", ["PersistentVolume", "PersistentVolumeClaim"]),
        (.services, "", ["Service", "Endpoints"]),
        (.services, "discovery.k8s.io", ["EndpointSlice"]),
        (.workloads, "", ["Pod", "PodTemplate", "ReplicationController"]),
        (.workloads, "apps", ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]),
        (.workloads, "batch", ["Job", "CronJob"]),
        (.exposure, "autoscaling", ["HorizontalPodAutoscaler"]),
        (.exposure, "policy", ["PodDisruptionBudget"]),
        (.exposure, "networking.k8s.io", ["Ingress"]),
        (.admission, "apiregistration.k8s.io", ["APIService"]),
        (
            .admission, "admissionregistration.k8s.io",
            [
                "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
                "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
                "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
            ]
        ),
    ]

    private static let phases: [GroupKind: InstallPhase] = kinds.reduce(into: [:]) { phases, row in
        for kind in row.kinds { phases[GroupKind(group: row.group, kind: kind)] = row.0 }
    }
}

extension Manifest {
    /// When the object is applied among those of the same order.
    public var installPhase: InstallPhase { InstallPhase(groupVersionKind.groupKind) }
}
