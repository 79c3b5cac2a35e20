import KubernetesAPI
import Manifests
import Rollouts

/// The comparison of one cluster with Git.
struct TargetComparison: Sendable {
    let target: DeployTarget
    let configuration: ApplicationConfiguration
    /// The target with its manifests, `nil` when the application file does not choose it.
    let prepared: Prepared?
    let live: LiveState
    /// The cluster, `nil` when it is not to be asked.
    let client: ClusterClient?
    let ownership: Ownership
    let cache: DriftCache?

    /// What differs; nobody is asked when neither side has changed since the last time.
    ///
    /// - Throws: What the planner throws, `CancellationError`.
    func drift() async throws -> TargetDrift {
        let place = DriftCache.Place(application: ownership.application, target: target.name)
        let known = cache?.found(at: place)
        let state = DriftCache.State(git: gitDigest, live: live.digest)
        if let known, known.state == state, let drift = known.drift { return drift }
        let pairs = try await self.pairs()
        let judged = try await judgements(of: pairs.wanted, known: known?.judgements ?? [:])
        let drift = result(pairs, judged.map(\.judgement))
        if let cache {
            let lasting = judged.filter(\.judgement.isLasting).compactMap { object in
                object.version.map { (object.key, DriftCache.Remembered(version: $0, judgement: object.judgement)) }
            }
            let found = DriftCache.Found(
                state: state,
                drift: judged.allSatisfy(\.judgement.isLasting) ? drift : nil,
                judgements: Dictionary(lasting) { first, _ in first }
            )
            cache.remember(found, at: place)
        }
        return drift
    }

    /// What Git says, the commit apart.
    private var gitDigest: Int {
        var hasher = Hasher()
        hasher.combine(configuration)
        hasher.combine(prepared?.input.manifests.map(\.object))
        return hasher.finalize()
    }

    private func pairs() async throws -> DriftPairs<WantedObject, LiveResource> {
        let managed = live.managed.compactMap(\.body)
        let informer = target.informer
        guard let prepared else { return DriftPairs(wanted: [], live: managed) }
        let known = Dictionary(managed.map { ($0.key.normalized, $0) }) { first, _ in first }
        let cluster: any ClusterView = client.map { LiveView($0) } ?? OfflineView(target: target.name)
        let view = KnownView(cluster, knowing: known)
        return DriftPairs(wanted: try await WantedObjects(prepared, in: view, live: known).objects, live: managed) {
            informer.covers($0.groupVersionKind, in: $0.key.namespace)
        }
    }

    // MARK: Objects

    private struct Judged: Sendable {
        let key: ResourceKey
        /// Of which states it is; `nil` when there is nothing to tell them by.
        let version: DriftCache.ObjectVersion?
        let judgement: Judgement
    }

    private func judgements(
        of pairs: [(wanted: WantedObject, live: LiveResource?)],
        known: [ResourceKey: DriftCache.Remembered]
    ) async throws -> [Judged] {
        let rules = DriftRules(ignored: configuration.ignoredFields)
        let judge = ObjectJudge(client: client, rules: rules, ownership: ownership)
        let hidden = live.hidden
        let results = await concurrently(pairs, atOnce: configuration.plugin.concurrency.requests) { wanted, live in
            await Result { () async throws -> Judged in
                let version = DriftCache.ObjectVersion(wanted, live, rules)
                if let remembered = known[wanted.key], remembered.version == version {
                    return Judged(key: wanted.key, version: version, judgement: remembered.judgement)
                }
                if live == nil, let type = hidden.first(where: { $0.hides(wanted.key) }) {
                    return Judged(key: wanted.key, version: nil, judgement: .hidden(wanted.key, type.reason))
                }
                return Judged(key: wanted.key, version: version, judgement: try await judge.judge(wanted, live))
            }
        }
        return try results.map { result in
            guard let result else { throw CancellationError() }
            return try result.get()
        }
    }

    // MARK: The whole

    private func result(_ pairs: DriftPairs<WantedObject, LiveResource>, _ judgements: [Judgement]) -> TargetDrift {
        let label = configuration.plugin.variantLabel
        let ours = pairs.others.filter { $0.belongs(to: ownership.application, on: target.name) }
        let variants = ours.filter { [label.canary, label.baseline].contains($0.labels[label.key]) }
        let left = ours.filter { object in !variants.contains(object) && !object.isTerminating }
        let kept = left.filter { OwnershipPredicate.isKeptFromPrune(object: $0.object) }
        let comparison = ManifestComparison(
            deleted: left.filter { !kept.contains($0) }.map(\.key),
            added: zip(pairs.wanted, judgements).filter { $1.isMissing }.map { $0.0.wanted.key },
            changed: judgements.compactMap(\.changed)
        )
        var notes = prepared == nil ? ["the application file does not choose this target"] : []
        notes += kept.map { "\($0.key.shortDescription) is not in Git and stays: \(MarkKey.prune) is \"false\"" }
        notes += judgements.flatMap(\.notes)
        let unknown = judgements.compactMap(\.unknown)
        if !unknown.isEmpty { notes += comparison.keys.map { "\($0.shortDescription) differs" } }
        return TargetDrift(
            target: target.name,
            verdict: unknown.isEmpty ? (comparison.isEmpty ? .synced : .outOfSync(comparison)) : .unknown(unknown),
            variants: variants.map(\.key),
            notes: notes.uniqued()
        )
    }
}

extension LiveState {
    /// What the comparison depends on: which versions of which objects there are, and what cannot be seen.
    fileprivate var digest: Int {
        var hasher = Hasher()
        for object in managed {
            hasher.combine(object.uid)
            hasher.combine(object.resourceVersion)
        }
        hasher.combine(hidden)
        return hasher.finalize()
    }
}

extension LiveState.HiddenType {
    /// Whether objects of this kind, or of everything in its group, cannot be seen.
    fileprivate func hides(_ key: ResourceKey) -> Bool {
        type.group == key.group && (type.kind == "*" || type.kind == key.kind)
    }
}

extension DriftCache.ObjectVersion {
    /// The states of an object, that of Git with what does not count; `nil` when nothing tells that of the cluster.
    fileprivate init?(_ wanted: WantedObject, _ live: LiveResource?, _ rules: DriftRules) {
        guard let live, !live.uid.isEmpty, !live.resourceVersion.isEmpty else { return nil }
        var hasher = Hasher()
        hasher.combine(wanted.manifest.object.withoutMarks)
        for route in wanted.routes { hasher.combine(route.manifest.object.withoutMarks) }
        hasher.combine(rules.ignored.filter { $0.isAbout(wanted.key) })
        self.init(uid: live.uid, resourceVersion: live.resourceVersion, wanted: hasher.finalize())
    }
}

extension Judgement {
    /// The judgement of an object of a type that cannot be seen.
    fileprivate static func hidden(_ key: ResourceKey, _ reason: String) -> Judgement {
        Judgement(verdict: .unknown("\(key.shortDescription): \(reason)"))
    }

    fileprivate var isMissing: Bool {
        guard case .missing = verdict else { return false }
        return true
    }

    fileprivate var changed: ManifestComparison.Changed? {
        guard case .changed(let changed) = verdict else { return nil }
        return changed
    }

    fileprivate var unknown: String? {
        guard case .unknown(let reason) = verdict else { return nil }
        return reason
    }
}

extension ManifestComparison {
    fileprivate var keys: [ResourceKey] { deleted + added + changed.map(\.key) }
}

extension [String] {
    /// The lines without repetitions, in order.
    fileprivate func uniqued() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
