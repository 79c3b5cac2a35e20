public import Manifests

extension Manifest {
    /// Whether this is a Deployment of the group `apps`.
    public var isDeployment: Bool { isKind("Deployment", of: "apps") }

    /// Whether this is a StatefulSet of the group `apps`.
    public var isStatefulSet: Bool { isKind("StatefulSet", of: "apps") }

    /// Whether this is a DaemonSet of the group `apps`.
    public var isDaemonSet: Bool { isKind("DaemonSet", of: "apps") }

    /// Whether this is a ReplicaSet of the group `apps`.
    public var isReplicaSet: Bool { isKind("ReplicaSet", of: "apps") }

    /// Whether this is a Pod of the core group.
    public var isPod: Bool { isKind("Pod", of: "") }

    /// Whether this is a Service of the core group; Knative's is none.
    public var isService: Bool { isKind("Service", of: "") }

    /// Whether this is a ConfigMap of the core group.
    public var isConfigMap: Bool { isKind("ConfigMap", of: "") }

    /// Whether this is a Secret of the core group.
    public var isSecret: Bool { isKind("Secret", of: "") }

    /// Whether this runs pods of its own: Deployment, StatefulSet, DaemonSet, ReplicaSet or Pod.
    public var isWorkload: Bool { isDeployment || isStatefulSet || isDaemonSet || isReplicaSet || isPod }

    private func isKind(_ kind: String, of group: String) -> Bool {
        self.kind == kind && groupVersionKind.group == group
    }
}
