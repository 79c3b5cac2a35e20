import KubernetesAPI
import Manifests
import Rollouts

/// What a failed deployment left behind: the canary, the baseline, and the objects that it added.
struct Leftovers {
    /// The steps that remove them: added ways to the variants, the variants themselves, what receives traffic first, then
    /// the other added objects, in the reverse order of applying.
    let phases: [[Step]]
    /// What stays, and why.
    let notes: [String]
    /// What stays and must not.
    let problems: [String]

    /// Searches the cluster for everything of the application but what the rollback restores, by normalized key.
    ///
    /// Objects count as added when they carry the commit of the failed version. When that is the commit of the restored
    /// one, too, nobody can tell, and only variants are removed.
    ///
    /// - Parameters:
    ///   - wanted: What the rollback restores.
    ///   - input: What the rollback is planned from.
    ///   - view: The cluster.
    /// - Throws: `APIError` when types cannot be searched that stages make objects of.
    init(wanted: Set<ResourceKey>, input: PlanInput, view: any ClusterView) async throws {
        let found = try await view.objects(label: nil, value: "", application: input.ownership.application)
        let ours = found.objects.filter { view.owns($0, input.ownership) && !wanted.contains($0.key.normalized) }
        let labels = [input.spec.variantLabel, input.deployed.configuration.plugin.variantLabel]
        let variants = ours.filter { $0.isVariant(labels) }
        let others = ours.filter { !$0.isVariant(labels) }
        let isTold = input.deployed.commit != input.ownership.commit
        let added = others.filter { isTold && OwnershipPredicate.commit(of: $0.object) == input.deployed.commit }
        let older = others.filter { !isTold || OwnershipPredicate.commit(of: $0.object) != input.deployed.commit }
        let removed = added.filter { !$0.mustStay }
        let kept = added.filter(\.mustStay)
        let groups = CleanOrder.groups(
            variants,
            groupKind: { $0.key.groupKind },
            isNamespaced: { !found.clusterScoped.contains($0.key) }
        )
        phases =
            [removed.filter(\.isRoute).map { .prune(view.deletable($0)) }]
            + groups.map { $0.map { .delete(view.deletable($0)) } }
            + removed.filter { !$0.isRoute }.removalGroups().map { $0.map { .prune(view.deletable($0)) } }
        notes =
            found.notes
            + kept.map { "\($0.key.shortDescription) was added by the failed version and stays; delete it by hand" }
            + older.map { "\($0.key.shortDescription) is not in the restored version and stays: delete it by hand" }
        problems = kept.filter(\.isRoute).map {
            "\($0.key.shortDescription) may still lead to variants that are gone, and asks not to be deleted"
        }
    }
}

extension LiveResource {
    /// Whether the object is part of a canary or a baseline.
    fileprivate func isVariant(_ labels: [VariantLabel]) -> Bool {
        labels.contains { [$0.canary, $0.baseline].contains(self.labels[$0.key]) }
    }

    /// Whether the object may direct traffic.
    fileprivate var isRoute: Bool { TrafficRouting.kinds.contains(key.groupKind) }

    /// Whether only a person may delete the object: it holds others or data, or asks for it.
    fileprivate var mustStay: Bool {
        key.holdsOthers || Self.dataHolders.contains(key.groupKind)
            || OwnershipPredicate.isKeptFromPrune(object: object)
    }

    private static let dataHolders = [GroupKind(kind: "PersistentVolumeClaim"), GroupKind(kind: "PersistentVolume")]
}
