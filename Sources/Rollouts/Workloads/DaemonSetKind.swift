import Manifests

/// [DaemonSets](https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/): they are applied and hashed, and
/// never copied.
///
/// A copy has no size: it would run a pod on every node, beside that of the primary, with the same ports and files of the
/// node. The rolling update of the DaemonSet itself goes node by node.
struct DaemonSetKind: WorkloadKind {
    var type: GroupKind { GroupKind(group: "apps", kind: "DaemonSet") }
    var hasCopies: Bool { false }

    /// Its pods carry a hash alone as label.
    var nameLimit: Int { NameSyntax.nameLimit }

    func obstacle(toCopying workload: Manifest) -> String? {
        ": a copy would run on every node beside the primary; leave it out of workloads and let PRIMARY_ROLLOUT update it "
            + "node by node (spec.updateStrategy sets the pace)"
    }
}
