import Manifests

/// [Deployments](https://kubernetes.io/docs/concepts/workloads/controllers/deployment/): two with different selectors
/// know nothing of each other.
struct DeploymentKind: WorkloadKind {
    var type: GroupKind { GroupKind(group: "apps", kind: "Deployment") }

    /// Its ReplicaSets are named after it, with `-` and a hash of ten digits at most.
    var nameLimit: Int { NameSyntax.nameLimit - 11 }
}
