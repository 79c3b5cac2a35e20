extension GroupKind {
    /// Whether this is a kind of Kubernetes itself whose objects belong to no namespace.
    ///
    /// Discovery is the better source where there is a cluster; this is for planning without one.
    public var isClusterScopedBuiltIn: Bool { Self.clusterScoped.contains(self) }

    private static let clusterScoped: Set<GroupKind> = {
        let kinds: [String: [String]] = [
            "": ["Namespace", "Node", "PersistentVolume", "ComponentStatus"],
            "admissionregistration.k8s.io": [
                "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
                "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
                "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
            ],
            "apiextensions.k8s.io": ["CustomResourceDefinition"],
            "apiregistration.k8s.io": ["APIService"],
            "authentication.k8s.io": ["TokenReview", "SelfSubjectReview"],
            "authorization.k8s.io": ["SubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview"],
            "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
            "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
            "networking.k8s.io": ["IngressClass", "ServiceCIDR", "IPAddress"],
            "node.k8s.io": ["RuntimeClass"],
            "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
            "resource.k8s.io": ["DeviceClass", "ResourceSlice"],
            "scheduling.k8s.io": ["PriorityClass"],
            "storage.k8s.io": ["StorageClass", "VolumeAttributesClass", "CSIDriver", "CSINode", "VolumeAttachment"],
        ]
        return Set(kinds.flatMap { group, kinds in kinds.map { GroupKind(group: group, kind: $0) } })
    }()
}

extension Manifest {
    /// The kind that a custom resource definition defines, when its objects belong to no namespace.
    public var definedClusterScopedKind: GroupKind? {
        let type = groupVersionKind.groupKind
        guard type == GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition"),
            object[path: "spec", "scope"]?.string == "Cluster",
            let group = object[path: "spec", "group"]?.string,
            let kind = object[path: "spec", "names", "kind"]?.string
        else { return nil }
        return GroupKind(group: group, kind: kind)
    }
}

extension ResourceKey {
    /// Whether this is a kind of Kubernetes itself whose objects belong to no namespace.
    public static func isClusterScopedBuiltIn(_ type: GroupKind) -> Bool { type.isClusterScopedBuiltIn }
}
