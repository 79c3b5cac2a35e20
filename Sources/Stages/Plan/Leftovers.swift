import KubernetesAPI
import Manifests
import Rollouts

/// What a failed deployment left behind: the canary, the baseline, and the objects that it added.
struct Leftovers {
    /// The steps that remove them: the variants, what receives traffic first; then the added objects, in the reverse order
    /// of applying.
    let phases: [[Step]]
    /// What stays, and why.
    let notes: [String]

    /// Searches the cluster for everything of the application but what the rollback restores, by normalized key.
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
        let added = others.filter { OwnershipPredicate.commit(of: $0.object) == input.deployed.commit }
        let older = others.filter { OwnershipPredicate.commit(of: $0.object) != input.deployed.commit }
        let kept = added.filter(\.mustStay)
        let groups = CleanOrder.groups(
            variants,
            groupKind: { $0.key.groupKind },
            isNamespaced: { !found.clusterScoped.contains($0.key) }
        )
        phases =
            groups.map { $0.map { .delete(view.deletable($0)) } }
            + added.filter { !$0.mustStay }.removalGroups().map { $0.map { .prune(view.deletable($0)) } }
        notes =
            found.notes
            + kept.map {
                "\($0.key.shortDescription) was added by the failed version and stays; delete it by hand if it is not needed"
            }
            + older.map {
                "\($0.key.shortDescription) is not in the restored version and stays: it is older than the failed one"
            }
    }
}

extension LiveResource {
    /// Whether the object is part of a canary or a baseline.
    fileprivate func isVariant(_ labels: [VariantLabel]) -> Bool {
        labels.contains { [$0.canary, $0.baseline].contains(self.labels[$0.key]) }
    }

    /// Whether only a person may delete the object: it holds others, or asks for it.
    fileprivate var mustStay: Bool {
        key.holdsOthers || OwnershipPredicate.isKeptFromPrune(object: object)
    }
}
