import Manifests

/// [StatefulSets](https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/): one without claims of its own
/// can have a copy.
///
/// The copy keeps the name of the governing Service (`spec.serviceName`). That is safe: the Service only gives each pod a
/// DNS name, which begins with the name of the pod, and so with that of its StatefulSet. The pods of `db` are
/// `db-0.db`, `db-1.db`, and those of the copy `db-canary-0.db`: no two are alike, and none of the primary changes.
///
/// With `volumeClaimTemplates` every pod has a volume of its own that outlives it. Those of a copy would start empty and
/// stay after a clean, so it is refused.
struct StatefulSetKind: WorkloadKind {
    var type: GroupKind { GroupKind(group: "apps", kind: "StatefulSet") }

    /// Its pods carry the label `controller-revision-hash`: its name, `-` and a hash of ten digits at most.
    var nameLimit: Int { NameSyntax.labelLimit - 11 }

    func obstacle(toCopying workload: Manifest) -> String? {
        guard let claims = workload[path: "spec", "volumeClaimTemplates"], !claims.isNull, claims != [] else {
            return nil
        }
        return " with volumeClaimTemplates: the pods of a copy would start on empty volumes that no clean removes; "
            + "leave it out of workloads and let PRIMARY_ROLLOUT update it (spec.updateStrategy holds pods back)"
    }

    /// A partition, or updates by hand, would keep pods of the copy at the version of an earlier run.
    func adapt(_ copy: inout Manifest) {
        copy.remove(at: ["spec", "updateStrategy"])
    }
}
