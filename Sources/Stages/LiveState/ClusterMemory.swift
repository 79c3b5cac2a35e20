import KubernetesAPI
import Manifests
import Rollouts

/// What is known of one cluster by watching it; asks nobody.
///
/// A value: whoever holds it says what was seen, and gets back what else is to be watched because of that.
struct ClusterMemory {
    /// How far a source is known.
    private enum Phase {
        /// Its first list is not there yet; goes to `listed` or `refused`.
        case awaited
        /// All its objects are known, and whether they may be watched is not; goes to `known` or `refused`.
        case listed
        /// All its objects are known and watched; goes to `refused` when the server does not show them any more.
        case known
        /// The server does not show them; goes to `known` when it does again.
        case refused(APIError)
    }

    /// A failure that is waited out.
    private struct Trouble {
        let error: APIError
        let began: ContinuousClock.Instant
        let moment: Moment
    }

    /// Whether what is known is how it is.
    enum Verdict {
        /// It is; apart from what cannot be looked at.
        case current(hidden: [LiveState.HiddenType])
        /// It is not known yet, or something that may pass has come between; what is waited for.
        case awaited(String)
        /// The cluster cannot be watched; why, and since when.
        case lost(String)
    }

    /// The name of the deploy target.
    let target: String
    /// The types that the cluster serves, `nil` as long as nobody knows them.
    private(set) var types: LiveTypes?
    private var phases: [LiveSource: Phase] = [:]
    private var troubles: [LiveSource: Trouble] = [:]
    private var scanTrouble: Trouble?
    private var unseen: [LiveState.HiddenType] = []
    private var managed = ObjectTable()
    private var made = ObjectTable()

    init(target: String) {
        self.target = target
    }
}

extension ClusterMemory {
    /// Takes what a search over all types has found.
    ///
    /// - Parameters:
    ///   - types: What the cluster serves.
    ///   - found: Objects with the mark of piped, by the type under which they were found.
    ///   - hidden: The types that could not be searched.
    /// - Returns: What is to be watched from now on.
    mutating func scanned(
        _ types: LiveTypes,
        found: [(type: ResourceMapping, items: [LiveResource])],
        hidden: [LiveState.HiddenType]
    ) -> [LiveSource] {
        scanTrouble = nil
        unseen = []
        return learned(types, found: found, hidden: hidden)
    }

    /// Takes what a search over types that are new has found.
    ///
    /// - Parameters:
    ///   - types: What the cluster serves.
    ///   - found: Objects with the mark of piped, by the type under which they were found.
    ///   - hidden: Those of the new types that could not be searched.
    /// - Returns: What is to be watched from now on.
    mutating func learned(
        _ types: LiveTypes,
        found: [(type: ResourceMapping, items: [LiveResource])],
        hidden: [LiveState.HiddenType]
    ) -> [LiveSource] {
        self.types = types
        unseen += hidden
        return found.flatMap { type, items in
            items.filter { isOurs($0) }.flatMap { item in
                want(.managed(types.mapping(for: item, of: type))) + wantDescendants(of: item.key.groupKind, types)
            }
        }
    }

    /// Notes that the search has failed; what was known before is still watched.
    mutating func scanFailed(_ error: APIError, at now: ContinuousClock.Instant) {
        guard types == nil, scanTrouble == nil else { return }
        scanTrouble = Trouble(error: error, began: now, moment: .now)
    }

    /// Notes that objects of a type may come.
    ///
    /// - Returns: What is to be watched because of that.
    mutating func want(_ source: LiveSource) -> [LiveSource] {
        guard phases[source] == nil, source.mapping.verbs.isSuperset(of: ["list", "watch"]) else { return [] }
        phases[source] = .awaited
        return [source]
    }

    /// Takes what a source tells.
    ///
    /// - Returns: What is to be watched because of that.
    mutating func take(_ change: KeptChange) -> [LiveSource] {
        let source = change.source
        guard phases[source] != nil else { return [] }
        switch change.event {
        case .synced(let items):
            forget(source)
            phases[source] = .listed
            return items.flatMap { put($0, from: source) }
        case .put(let item): return put(item, from: source)
        case .deleted(let uid):
            remove(uid, from: source)
            return []
        }
    }

    /// Notes that a source is in trouble that may pass, or with `nil` that a list was read or a watch was opened.
    mutating func trouble(_ error: APIError?, of source: LiveSource, at now: ContinuousClock.Instant) {
        guard let error else {
            if case .listed? = phases[source] { phases[source] = .known }
            return troubles[source] = nil
        }
        let known = troubles[source]
        troubles[source] = Trouble(error: error, began: known?.began ?? now, moment: known?.moment ?? .now)
    }

    /// Notes that the server does not show a source; one that does not exist any more is dropped.
    mutating func refuse(_ source: LiveSource, _ error: APIError) {
        troubles[source] = nil
        forget(source)
        guard error.isNoMatch else { return phases[source] = .refused(error) }
        phases[source] = nil
        types?.remove(source.mapping)
    }

    private mutating func forget(_ source: LiveSource) {
        managed.removeAll(from: source)
        made.removeAll(from: source)
    }

    private mutating func remove(_ uid: String, from source: LiveSource) {
        managed.remove(uid, from: source)
        made.remove(uid, from: source)
    }

    private mutating func put(_ change: KeptChange.Item, from source: LiveSource) -> [LiveSource] {
        let item = change.resource
        switch source {
        case .made:
            if let kept = change.kept { made.put(kept) } else { made.remove(item.uid, from: source) }
            return []
        case .managed(let mapping):
            guard let types, isOurs(item) else {
                managed.remove(item.uid, from: source)
                return []
            }
            let version = types.mapping(for: item, of: mapping)
            guard version == mapping else {
                managed.remove(item.uid, from: source)
                return want(.managed(version))
            }
            if let kept = change.kept { managed.put(kept) }
            return wantDescendants(of: item.key.groupKind, types)
        }
    }

    private mutating func wantDescendants(of kind: GroupKind, _ types: LiveTypes) -> [LiveSource] {
        Descendants.kinds(of: kind).compactMap { types.served($0) }.flatMap { want(.made($0)) }
    }

    private func isOurs(_ item: LiveResource) -> Bool {
        guard let application = OwnershipPredicate.application(of: item.object) else { return false }
        return item.belongs(to: application, on: target)
    }
}

extension ClusterMemory {
    /// Whether what is known can be told.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - grace: How long a failure may last before it is told; until then it is waited for.
    /// - Returns: Whether, and if not, why.
    func verdict(at now: ContinuousClock.Instant, grace: Duration) -> Verdict {
        if let scanTrouble { return .lost(text(of: scanTrouble)) }
        guard let types else { return .awaited("\(target): its types of objects are not known yet") }
        let (whole, partial) = troublesOfAllAndSome
        if let oldest = whole.values.min(by: { $0.began < $1.began }) {
            return now - oldest.began >= grace
                ? .lost(text(of: oldest)) : .awaited("\(oldest.error)")
        }
        if let young = partial.values.first(where: { now - $0.began < grace }) { return .awaited("\(young.error)") }
        let awaited = phases.filter { source, phase in
            switch phase {
            case .awaited, .listed: troubles[source] == nil
            case .known, .refused: false
            }
        }
        guard awaited.isEmpty else {
            let names = awaited.keys.map { "\($0.mapping.resource)" }.sorted().joined(separator: ", ")
            return .awaited("\(target): still reading \(names)")
        }
        return .current(hidden: hidden(types, partial.mapValues(\.error)))
    }

    /// What is kept of an application, and is how it is: its own objects, and what may have grown out of them.
    ///
    /// Of a type that is in trouble nothing is: nobody knows how its objects are by now.
    func objects(of application: String) -> (managed: [KeptObject], others: [KeptObject]) {
        let own = managed.belonging(to: application).filter { troubles[$0.source] == nil }
        var others = made.descendants(of: own.map(\.uid))
        if own.contains(where: \.hasClaims) { others += made.ownerless }
        return (own, others.filter { troubles[$0.source] == nil })
    }

    /// The troubles that say something of the whole cluster, and those that say something of their types only.
    ///
    /// When most types of several groups are in trouble, it is the cluster that is.
    private var troublesOfAllAndSome: ([LiveSource: Trouble], [LiveSource: Trouble]) {
        let groups = Set(troubles.keys.map(\.type.group))
        let slow = Set(troubles.filter(\.value.error.mayConcernOneGroup).keys.map(\.type.group))
        let whole = troubles.filter { $0.value.error.concernsWholeCluster(slow: slow) }
        let watched = phases.values.count { phase in
            if case .refused = phase { false } else { true }
        }
        if whole.isEmpty, groups.count > 1, troubles.count * 2 > watched { return (troubles, [:]) }
        return (whole, troubles.filter { whole[$0.key] == nil })
    }

    private func hidden(_ types: LiveTypes, _ troubles: [LiveSource: APIError]) -> [LiveState.HiddenType] {
        let refused = phases.compactMap { source, phase -> (LiveSource, APIError)? in
            if case .refused(let error) = phase { (source, error) } else { nil }
        }
        let known = Set(
            phases.compactMap { source, phase in
                if case .known = phase { source.type } else { nil }
            }
        )
        let all =
            types.hidden + unseen.filter { !known.contains($0.type) }
            + (refused + troubles.map { ($0.key, $0.value) })
            .map { LiveState.HiddenType(type: $0.0.type, reason: "\($0.1)") }
            .sorted { $0.reason < $1.reason }
        var seen: Set<GroupKind> = []
        return all.filter { seen.insert($0.type).inserted || $0.type.kind == "*" }
    }

    private func text(of trouble: Trouble) -> String {
        "\(trouble.error); nothing is known of it since \(trouble.moment.wholeSeconds)"
    }
}
