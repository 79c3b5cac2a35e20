import Manifests

extension GroupKind {
    /// Whether it comes with Kubernetes itself; all other types follow conventions at best.
    var isBuiltIn: Bool {
        Self.named.contains(group)
            || (group.hasSuffix(".k8s.io") && Self.qualified.contains(String(group.dropLast(7))))
    }

    private static let named: Set = ["", "apps", "autoscaling", "batch", "extensions", "policy"]

    /// Those below `k8s.io`.
    private static let qualified: Set = [
        "admissionregistration", "apiextensions", "apiregistration", "authentication", "authorization",
        "certificates", "coordination", "discovery", "events", "flowcontrol.apiserver", "internal.apiserver",
        "networking", "node", "rbac.authorization", "resource", "scheduling", "storage", "storagemigration",
    ]
}
