import KubernetesAPI
import Manifests
import Rollouts
import Stages

/// An object in the tree of a cluster, with those that it owns; or one that only Git has.
struct StatusNode: Sendable {
    let key: ResourceKey
    let health: Health
    /// The value of the label of the variant.
    var variant: String?
    var replicas: LiveObject.Replicas?
    /// The share of the traffic that its pods get together with others of the variant, in percent.
    var share: Int?
    /// How it compares with Git, `nil` when that was not asked or makes no sense.
    var drift: ObjectDrift?
    var commit: String?
    var createdAt: Int64?
    var children: [StatusNode] = []

    /// Why it fares as it does, where that is worth a line: what is healthy needs none.
    var reason: String { health.status == .healthy ? "" : health.reason }

    /// Whether there is nothing to know about it and what it owns.
    var isUneventful: Bool {
        health.status == .healthy && drift?.isDifference != true && share == nil
            && children.allSatisfy(\.isUneventful)
    }

    /// Whether a controller keeps it only to be able to go back.
    var isRetired: Bool {
        key.kind == "ReplicaSet" && replicas?.desired == 0 && children.isEmpty && isUneventful
    }
}

extension ClusterStatus {
    /// The trees of a cluster: workloads first, then the others, then what is missing.
    static func trees(
        of state: LiveState,
        _ drift: TargetDrift?,
        _ traffic: LiveShares?,
        label: VariantLabel
    ) -> [StatusNode] {
        var builder = TreeBuilder(state: state, drift: drift, traffic: traffic, label: label)
        let roots = builder.roots
        let isTree = { (node: StatusNode) in node.replicas != nil || node.children.contains { $0.replicas != nil } }
        return roots.filter(isTree) + roots.filter { !isTree($0) } + builder.missing
    }
}

/// Builds the trees in time in proportion to the number of objects.
private struct TreeBuilder {
    private let drift: TargetDrift?
    private let known: [ResourceKey: ObjectDrift]
    private let traffic: LiveShares?
    private let label: VariantLabel
    private let first: [LiveObject]
    private let circles: [LiveObject]
    private let owned: [String: [LiveObject]]
    private var seen: Set<String> = []

    init(state: LiveState, drift: TargetDrift?, traffic: LiveShares?, label: VariantLabel) {
        self.drift = drift
        self.traffic = traffic
        self.label = label
        known = drift?.byObject ?? [:]
        let uids = Set(state.objects.map(\.uid).filter { !$0.isEmpty })
        first = state.objects.filter { uids.isDisjoint(with: $0.owners) }
        let others = state.objects.filter { !uids.isDisjoint(with: $0.owners) }
        circles = others.filter { !$0.uid.isEmpty }
        owned = Dictionary(grouping: others) { object in
            object.owners.first(where: uids.contains) ?? ""
        }
    }

    /// The trees of those that nobody owns, then of those that own each other in a circle.
    var roots: [StatusNode] {
        mutating get {
            let trees = first.map { node($0) }
            return trees + circles.compactMap { unseenNode($0) }
        }
    }

    private mutating func unseenNode(_ object: LiveObject) -> StatusNode? {
        seen.contains(object.uid) ? nil : node(object)
    }

    /// What Git wants and the cluster does not have.
    var missing: [StatusNode] {
        guard case .outOfSync(let comparison)? = drift?.verdict else { return [] }
        return comparison.added.map { StatusNode(key: $0, health: Health(.missing), drift: .missing) }
    }

    private mutating func node(_ object: LiveObject) -> StatusNode {
        let isNew = object.uid.isEmpty || seen.insert(object.uid).inserted
        var children: [StatusNode] = []
        if isNew, !object.uid.isEmpty { children = (owned[object.uid] ?? []).compactMap { unseenNode($0) } }
        return StatusNode(
            key: object.key,
            health: object.health,
            variant: object.variant,
            replicas: object.replicas,
            share: share(of: object),
            drift: drift(of: object),
            commit: object.commit,
            createdAt: object.createdAt,
            children: children
        )
    }

    private func drift(of object: LiveObject) -> ObjectDrift? {
        guard object.isManaged, let drift else { return nil }
        return known[object.key.normalized] ?? (drift.isKnown ? .inSync : nil)
    }

    /// The share of a workload whose pods the traffic may reach.
    private func share(of object: LiveObject) -> Int? {
        guard let traffic, object.replicas != nil, let body = object.body else { return nil }
        let value = object.variant ?? label.primary
        guard let variant = Variant.allCases.first(where: { label.value(of: $0) == value }) else { return nil }
        let labels = body.object[path: "spec", "template", "metadata", "labels"]
        guard traffic.podLabels.allSatisfy({ labels?[$0.key]?.string == $0.value }) else { return nil }
        return traffic.shares[variant]
    }
}
