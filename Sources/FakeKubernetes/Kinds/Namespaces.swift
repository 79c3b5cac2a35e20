import Manifests

/// The namespaces that every cluster has.
enum Namespaces {
    static let type = GroupResource(group: "", resource: "namespaces")
    static let initial = ["default", "kube-system", "kube-public", "kube-node-lease"]
    /// Those that cannot be deleted.
    static let permanent = ["default", "kube-system", "kube-public"]
}
