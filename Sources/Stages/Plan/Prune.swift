import KubernetesAPI
import Manifests
import Rollouts

/// Finds what is in a cluster and no longer in Git, and refuses to remove more than can be meant.
///
/// Only objects that carry our marks for this application and this target, and that no other object owns, are ever
/// removed; each is read again just before. See `DeletionLook` for what must still hold then.
struct Prune {
    let input: PlanInput
    let view: any ClusterView
    /// The objects that stay, with the namespaces of this cluster: what the plan writes, and what it leaves alone.
    let wanted: [Manifest]

    /// The steps that remove the rest.
    ///
    /// - Parameter isCandidate: Which of our objects may be removed at all.
    /// - Returns: The steps in the reverse order of applying, and what the user should know.
    /// - Throws: `StageError` when not everything could be searched, or too much would go.
    func plan(
        where isCandidate: (LiveResource) -> Bool = { _ in true }
    ) async throws -> (phases: [[Step]], notes: [String]) {
        let found = try await view.objects(label: nil, value: "", application: input.ownership.application)
        guard found.notes.isEmpty else { throw StageError(target: view.target, .searchIncomplete(found.notes)) }
        let ours = found.objects.filter { view.owns($0, input.ownership) }
        let missing = try await missing(among: ours.filter(isCandidate))
        let removed = missing.filter { !OwnershipPredicate.isKeptFromPrune(object: $0.object) }
        try refuseTooMuch(removed, among: ours)
        let kept = missing.filter { OwnershipPredicate.isKeptFromPrune(object: $0.object) }
        var notes = kept.map { "\($0.key.shortDescription) is not in Git and stays: \(MarkKey.prune) is \"false\"" }
        if !view.isLive { notes.append("what is no longer in Git is removed; only the cluster knows what that is") }
        return (removed.removalGroups().map { $0.map { .prune(view.deletable($0)) } }, notes)
    }

    /// The objects that are none of those that stay, which may be served by another API group.
    private func missing(among objects: [LiveResource]) async throws -> [LiveResource] {
        let wanted = Dictionary(grouping: wanted) { $0.key.normalized.withoutGroup }
        var missing: [LiveResource] = []
        for object in objects where try await !isAny(of: wanted[object.key.normalized.withoutGroup] ?? [], object) {
            missing.append(object)
        }
        return missing
    }

    /// Whether an object is one of these, which have its kind, namespace and name.
    private func isAny(of namesakes: [Manifest], _ object: LiveResource) async throws -> Bool {
        for manifest in namesakes {
            if manifest.key.normalized == object.key.normalized { return true }
            if let live = try await view.live(manifest), live.uid == object.uid, !live.uid.isEmpty { return true }
        }
        return false
    }

    private func refuseTooMuch(_ removed: [LiveResource], among live: [LiveResource]) throws {
        guard !removed.isEmpty else { return }
        let limit = input.spec.maxPrunePercent
        if wanted.isEmpty, limit < 100 {
            throw refusal(
                "there are no manifests, so all \(removed.count) objects would go; allow that with maxPrunePercent: 100"
            )
        }
        let guarded = Set(GuardedKind.allCases).subtracting(input.spec.allowPruning).map(\.groupKind)
        if let root = removed.first(where: { guarded.contains($0.key.groupKind) }) {
            throw refusal(
                "\(root.key.shortDescription) would go with everything in it; allow that with allowPruning: [\(root.key.kind)]"
            )
        }
        let allowed = limit == 0 ? 0 : max(Self.alwaysAllowed, live.count * limit / 100)
        guard removed.count > allowed else { return }
        let listed = removed.prefix(3).map(\.key.shortDescription).joined(separator: ", ")
        throw refusal(
            "\(removed.count) of \(live.count) live objects would go (\(listed), …), more than maxPrunePercent: \(limit) allows"
        )
    }

    private func refusal(_ why: String) -> StageError {
        StageError(target: view.target, .pruneRefused(why))
    }

    /// So many objects may go from an application of any size.
    private static let alwaysAllowed = 5
}

extension ResourceKey {
    /// The key of the same object in whatever API group.
    fileprivate var withoutGroup: ResourceKey { ResourceKey(group: "", kind: kind, namespace: namespace, name: name) }

    /// Whether the objects in it or of its type go with it: a Namespace or a CustomResourceDefinition.
    var holdsOthers: Bool {
        GuardedKind.allCases.contains { $0.groupKind == groupKind }
    }
}

extension ClusterView {
    /// Whether an object is the application's on this target, or would be after earlier stages of a dry run.
    func owns(_ object: LiveResource, _ ownership: Ownership) -> Bool {
        object.belongs(to: ownership.application, on: ownership.deployTarget) || isPredicted(object.key)
    }

    /// What a step deletes when it deletes this object.
    func deletable(_ object: LiveResource) -> Deletable {
        isPredicted(object.key) ? .predicted(object.key) : .found(object)
    }
}

extension [LiveResource] {
    /// The objects in the groups in which they are removed: the reverse order of applying.
    func removalGroups() -> [[LiveResource]] {
        let ranked = map { object in
            (rank: Rank(order: object.object.order, phase: InstallPhase(object.key.groupKind)), object: object)
        }
        let ranks = Set(ranked.map(\.rank)).sorted { ($0.order, $0.phase) > ($1.order, $1.phase) }
        return ranks.map { rank in ranked.filter { $0.rank == rank }.map(\.object) }
    }
}

/// When an object is applied.
private struct Rank: Hashable {
    let order: Int
    let phase: InstallPhase
}
