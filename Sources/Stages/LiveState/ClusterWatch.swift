import KubernetesAPI
import Manifests
import Rollouts

/// Watches one cluster for all applications, and remembers what it sees.
///
/// Types are found by a search over all of them, which is repeated now and then; those of which there are objects are
/// watched, and what controllers make for these. How often anybody asks has nothing to do with how often the server is.
final class ClusterWatch: Sendable {
    /// When something is done.
    struct Pace: Sendable {
        /// How long a call waits for what is not known yet.
        var patience: Duration = .seconds(20)
        /// How long a failure may last before it is told; calls wait for its end until then.
        var grace: Duration = .seconds(10)
        /// The time between two searches over all types, and between two tries of what the server does not show.
        var search: Duration = .seconds(600)
        /// The time until it is looked for new types when somebody asks for one that nobody knows; it doubles with
        /// every time in vain.
        var earlySearch: Duration = .seconds(60)
        /// The time between two tries of what the cluster did not answer.
        var retry: Duration = .seconds(15)
    }

    /// The client that is asked.
    let client: ClusterClient
    private let target: DeployTarget
    private let pace: Pace
    private let clock: any Clock<Duration>
    private let memory: Lock<ClusterMemory>
    private let changes = Changes()
    private let wishes = Lock((wish: StopSignal(), isEarlyEnough: false))
    private let stop = StopSignal()
    private let wanted: AsyncStream<LiveSource>
    private let want: AsyncStream<LiveSource>.Continuation

    init(_ target: DeployTarget, client: ClusterClient, pace: Pace, clock: any Clock<Duration>) {
        self.target = target
        self.client = client
        self.pace = pace
        self.clock = clock
        memory = Lock(ClusterMemory(target: target.name))
        (wanted, want) = AsyncStream.makeStream()
    }

    /// Watches until it is to end, or the task is cancelled.
    func run() async {
        _ = try? await stop.aborting {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.keepSearching() }
                for await source in self.wanted { group.addTask { await self.follow(source) } }
                group.cancelAll()
            }
        }
    }

    /// Ends the watch.
    func end() {
        stop.request()
    }
}

extension ClusterWatch {
    /// What is known of an application, as soon as it is known, within the patience of a call.
    ///
    /// - Parameters:
    ///   - application: Its id.
    ///   - types: Types that Git names.
    ///   - builder: Makes the state of what is known.
    /// - Returns: The state.
    /// - Throws: `LiveStateError` when it is not known in time or the cluster is away, `CancellationError`.
    func state(
        of application: String,
        naming types: Set<GroupVersionKind>,
        _ builder: LiveStateBuilder
    ) async throws -> LiveState {
        let start = ContinuousClock.now
        var known = changes.count
        while true {
            try Task.checkCancellation()
            noteTypes(types)
            // Trees are made outside of the lock: they are not to keep the watch from remembering.
            let (verdict, kept) = memory.withLock { memory in
                (memory.verdict(at: .now, grace: pace.grace), memory.objects(of: application))
            }
            switch verdict {
            case .lost(let why): throw LiveStateError(why)
            case .current(let hidden):
                let managed = kept.managed.compactMap(\.resource)
                return builder.state(
                    managed: managed.sorted { $0.key.description < $1.key.description },
                    others: kept.others.compactMap(\.resource),
                    hidden: hidden
                )
            case .awaited(let what):
                let left = pace.patience - (ContinuousClock.now - start)
                guard left > .zero else { throw LiveStateError("\(what); ask again") }
                _ = await within(min(left, max(pace.grace, .milliseconds(100))), by: clock) { [known] in
                    await self.changes.wait(after: known)
                }
                known = changes.count
            }
        }
    }

    /// Watches what Git names; for what the cluster is not known to serve it is looked again.
    private func noteTypes(_ types: Set<GroupVersionKind>) {
        let (sources, isComplete) = memory.withLock { memory -> ([LiveSource], Bool) in
            guard let known = memory.types else { return ([], true) }
            let named = types.filter { target.informer.covers($0) }
            let mappings = named.compactMap { known.served($0) ?? known.served($0.groupKind) }
            return (mappings.flatMap { memory.want(.managed($0)) }, mappings.count == named.count)
        }
        for source in sources { want.yield(source) }
        guard !isComplete else { return }
        wishes.withLock { wishes in if wishes.isEarlyEnough { wishes.wish.request() } }
    }

    /// Changes what is remembered, and starts to watch what that calls for.
    private func remember(_ change: (inout ClusterMemory) -> [LiveSource]) {
        for source in memory.withLock({ change(&$0) }) { want.yield(source) }
        changes.note()
    }
}

extension ClusterWatch {
    /// Searches all types again and again.
    private func keepSearching() async {
        while !Task.isCancelled {
            do {
                try await searchAll()
                try await searchNew(until: .now + pace.search)
            } catch let error as APIError {
                remember { memory in
                    memory.scanFailed(error, at: .now)
                    return []
                }
                try? await clock.sleep(for: pace.retry)
            } catch {
                return
            }
        }
    }

    private func searchAll() async throws {
        let types = LiveTypes(try await client.refreshDiscovery(), informer: target.informer)
        let (found, hidden) = try await search(types.mappings)
        remember { $0.scanned(types, found: found, hidden: hidden) }
    }

    /// Lets time pass until the next search; when somebody asks for a type that nobody knows, new ones are looked for.
    ///
    /// The more often there was none the later: an application may name what a cluster never serves.
    private func searchNew(until end: ContinuousClock.Instant) async throws {
        var wait = pace.earlySearch
        while case let left = end - .now, left > .zero {
            try await clock.sleep(for: min(wait, left))
            guard await isWished(within: end - .now) else { return try Task.checkCancellation() }
            wait = (try? await findsNew()) == true ? pace.earlySearch : wait * 2
        }
    }

    /// Whether somebody asks for a type that nobody knows before some time is over.
    private func isWished(within limit: Duration) async -> Bool {
        let wish = wishes.withLock { wishes in
            wishes = (StopSignal(), true)
            return wishes.wish
        }
        defer { wishes.withLock { $0.isEarlyEnough = false } }
        return await within(limit, by: clock) { await wish.wait() } != nil && wish.isRequested
    }

    /// Searches the types that were not there at the last search.
    private func findsNew() async throws -> Bool {
        let types = LiveTypes(try await client.refreshDiscovery(), informer: target.informer)
        let known = Set(memory.withLock { $0.types?.mappings ?? [] })
        let new = types.mappings.filter { !known.contains($0) }
        let (found, hidden) = try await search(new)
        remember { $0.learned(types, found: found, hidden: hidden) }
        return !new.isEmpty
    }

    private func search(
        _ types: [ResourceMapping]
    ) async throws -> (found: [(type: ResourceMapping, items: [LiveResource])], hidden: [LiveState.HiddenType]) {
        var look = LiveLook(client: client, namespace: target.informer.namespace, atOnce: Self.listsAtOnce)
        let found = try await look.search(types, try LabelSelector([MarkKey.managedBy: MarkKey.managedByPiped]))
        return (found, look.hidden)
    }

    /// Follows the objects of a source for as long as the server shows them.
    private func follow(_ source: LiveSource) async {
        while !Task.isCancelled {
            do {
                for try await change in try reflector(of: source) {
                    let kept = KeptChange(change, from: source)
                    remember { $0.take(kept) }
                }
                return
            } catch let error as APIError {
                let passes = error.concernsWholeCluster
                remember { memory in
                    if passes { memory.trouble(error, of: source, at: .now) } else { memory.refuse(source, error) }
                    return []
                }
                guard !error.isNoMatch else { return }
                try? await clock.sleep(for: passes ? pace.retry : pace.search)
            } catch {
                return
            }
        }
    }

    private func reflector(of source: LiveSource) throws -> Reflector {
        var reflector: Reflector
        let namespace = target.informer.namespace
        switch source {
        case .managed(let mapping):
            let selector = try LabelSelector([MarkKey.managedBy: MarkKey.managedByPiped])
            reflector = client.reflector(mapping, namespace: namespace, selector: selector)
        case .made(let mapping):
            let kind = source.type
            reflector = client.reflector(mapping, namespace: namespace)
            reflector.content = Descendants.content(of: kind)
            reflector.reduce = { Descendants.summary(of: $0, kind: kind) }
        }
        reflector.onTrouble = { error in
            self.remember { memory in
                memory.trouble(error, of: source, at: .now)
                return []
            }
        }
        return reflector
    }

    private static let listsAtOnce = 8
}
