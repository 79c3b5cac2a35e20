import Manifests

/// Kinds whose controllers write a status for every object, so that one without a status has not been looked at.
///
/// Of other kinds nobody can tell: many are plain configuration, and never have one.
enum ReportingKinds {
    static func contains(_ kind: GroupKind) -> Bool {
        if kind.group.hasSuffix("cluster.x-k8s.io") { return !kind.kind.hasSuffix("Template") }
        guard let kinds = groups[kind.group] else { return false }
        return kinds.isEmpty || kinds.contains(kind.kind)
    }

    /// The kinds of each group, none for all.
    private static let groups: [String: Set<String>] = [
        "acme.cert-manager.io": [],
        "apps.kruise.io": ["BroadcastJob", "CloneSet", "DaemonSet", "SidecarSet", "StatefulSet", "UnitedDeployment"],
        "argoproj.io": ["Application", "ApplicationSet", "Experiment", "Rollout", "Workflow"],
        "astra.netapp.io": ["Application", "Backup", "ExecHooksRun", "ResourceBackup", "Snapshot"],
        "cdi.kubevirt.io": ["DataVolume"],
        "cert-manager.io": [],
        "certmanager.k8s.io": [],
        "clickhouse-keeper.altinity.com": [],
        "clickhouse.altinity.com": [],
        "core.humio.com": [],
        "eventing.knative.dev": [],
        "external-secrets.io": [],
        "gateway.networking.k8s.io": ["Gateway", "GatewayClass"],
        "gateway.solo.io": [],
        "gloo.solo.io": [],
        "grafana.integreatly.org": [],
        "helm.toolkit.fluxcd.io": [],
        "image.toolkit.fluxcd.io": [],
        "kafka.strimzi.io": [],
        "keda.sh": ["ScaledJob", "ScaledObject"],
        "kubernetes-client.io": [],
        "kubevirt.io": ["VirtualMachine", "VirtualMachineInstance"],
        "kustomize.toolkit.fluxcd.io": [],
        "kyverno.io": ["ClusterPolicy", "Policy"],
        "messaging.knative.dev": [],
        "nmstate.io": ["NodeNetworkConfigurationPolicy"],
        "onepassword.com": [],
        "operator.knative.dev": [],
        "pkg.crossplane.io": ["Configuration", "Function", "Provider"],
        "policy.open-cluster-management.io": ["ConfigurationPolicy", "OperatorPolicy", "Policy"],
        "projectcontour.io": ["ExtensionService", "HTTPProxy"],
        "promoter.argoproj.io": [],
        "serving.knative.dev": [],
        // A HelmRepository of type oci has none.
        "source.toolkit.fluxcd.io": ["Bucket", "GitRepository", "HelmChart", "OCIRepository"],
    ]
}
