import Manifests

/// Remembers what a cluster serves; one fetch at a time.
final class DiscoveryCache: Sendable {
    /// A discovery and how many fetches there were before it.
    struct Entry: Sendable {
        let discovery: Discovery
        let number: Int
        let fetchedAt: ContinuousClock.Instant
    }

    fileprivate struct State {
        var number = 0
        var entry: Entry?
        var failure: (any Error)?
        var isStale = false
        var expected: Set<GroupKind> = []
    }

    private let state = Lock(State())
    private let gate = RequestGate(limit: 1)

    /// What is known and not older than ten minutes.
    func current(at now: ContinuousClock.Instant = .now) -> Entry? {
        state.withLock { state in
            guard let entry = state.entry, !state.isStale, now - entry.fetchedAt < .seconds(600) else { return nil }
            return entry
        }
    }

    /// How many fetches there were.
    var number: Int { state.withLock { $0.number } }

    /// Fetches, unless somebody else did since the given number of fetches; then that result counts.
    func refresh(
        since number: Int,
        _ fetch: @Sendable () async throws -> Discovery
    ) async throws -> Entry {
        try await gate.run {
            if let result = state.withLock({ $0.number > number ? $0.result : nil }) { return try result.get() }
            do {
                let discovery = try await fetch()
                return state.withLock { $0.store(discovery) }
            } catch {
                if !(error is CancellationError) { state.withLock { $0.store(error) } }
                throw error
            }
        }
    }

    /// Notes that the cluster is about to serve a new kind.
    func expect(_ kind: GroupKind?) {
        state.withLock { state in
            state.isStale = true
            if let kind { state.expected.insert(kind) }
        }
    }

    /// Whether a kind was announced and may still be on its way.
    func isExpected(_ kind: GroupKind) -> Bool {
        state.withLock { $0.expected.contains(kind) }
    }

    /// Notes that an announced kind is served, or that nobody waits for it any more.
    func settle(_ kind: GroupKind) {
        state.withLock { _ = $0.expected.remove(kind) }
    }
}

extension DiscoveryCache.State {
    fileprivate var result: Result<DiscoveryCache.Entry, any Error>? {
        failure.map { .failure($0) } ?? entry.map { .success($0) }
    }

    fileprivate mutating func store(_ discovery: Discovery) -> DiscoveryCache.Entry {
        number += 1
        let new = DiscoveryCache.Entry(discovery: discovery, number: number, fetchedAt: .now)
        entry = new
        failure = nil
        isStale = false
        return new
    }

    fileprivate mutating func store(_ error: any Error) {
        number += 1
        failure = error
    }
}
