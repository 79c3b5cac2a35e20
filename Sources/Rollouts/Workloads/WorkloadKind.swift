import Manifests

/// One kind of workload: what keeps pods of one template running.
///
/// It says how a copy of a workload, for a canary or a baseline, gets along with the primary one beside it. Where a
/// workload keeps its pod template, its selector and its number of pods is the same for all kinds: `spec.template`,
/// `spec.selector` and `spec.replicas`. A kind of the table gets the config hash and is looked for in clusters as well.
protocol WorkloadKind: Sendable {
    /// The group and the kind of the objects.
    var type: GroupKind { get }

    /// Whether there may be copies of workloads of this kind; the others are applied as they are in Git.
    var hasCopies: Bool { get }

    /// The most characters of a name under which the pods of a workload can be made.
    var nameLimit: Int { get }

    /// What keeps a copy of this workload from running beside it, and what to do; `nil` when nothing does.
    func obstacle(toCopying workload: Manifest) -> String?

    /// Takes out of a copy what would keep it from running its newest version.
    func adapt(_ copy: inout Manifest)
}

extension WorkloadKind {
    var hasCopies: Bool { true }
    func obstacle(toCopying workload: Manifest) -> String? { nil }
    func adapt(_ copy: inout Manifest) {}
}
