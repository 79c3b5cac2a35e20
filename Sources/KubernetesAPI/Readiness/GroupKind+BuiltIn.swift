import Manifests

extension GroupKind {
    /// Whether it comes with Kubernetes itself; all other types follow conventions at best.
    var isBuiltIn: Bool {
        let named: Set = ["", "apps", "autoscaling", "batch", "extensions", "policy"]
        let qualified: Set = [
            "admissionregistration", "apiextensions", "apiregistration", "authentication", "authorization",
            "certificates", "coordination", "discovery", "events", "flowcontrol.apiserver", "internal.apiserver",
            "networking", "node", "rbac.authorization", "resource", "scheduling", "storage", "storagemigration",
        ]
        return named.contains(group) || (group.hasSuffix(".k8s.io") && qualified.contains(String(group.dropLast(7))))
    }
}
