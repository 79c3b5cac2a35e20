import Manifests

/// Remembers what a cluster serves; one round of discovery at a time.
final class DiscoveryCache: Sendable {
    /// One round of discovery.
    struct Round: Sendable {
        let types: ServedTypes
        let startedAt: ContinuousClock.Instant
    }

    private struct News {
        /// When the cluster was last told to serve something new.
        var toldAt: ContinuousClock.Instant?
        var expected: Set<GroupKind> = []
    }

    private let now: @Sendable () -> ContinuousClock.Instant
    private let rounds = SharedFetch<Round>()
    private let news = Lock(News())

    /// Nothing known yet; `now` is the time where none is given.
    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.now = now
    }

    /// The last round, when it is not older than ten minutes and nothing new was announced since.
    func current(at time: ContinuousClock.Instant? = nil) -> Round? {
        guard let round = rounds.value, (time ?? now()) - round.startedAt < .seconds(600) else { return nil }
        let toldAt = news.withLock { $0.toldAt }
        return toldAt.map { $0 < round.startedAt } ?? true ? round : nil
    }

    /// How many rounds there were.
    var number: Int { rounds.number }

    /// Starts a round, unless somebody else did since the given number of rounds; then that result counts.
    func refresh(
        since number: Int,
        at time: ContinuousClock.Instant? = nil,
        _ fetch: () async throws -> ServedTypes
    ) async throws -> Round {
        let start = time ?? now()
        return try await rounds.fetch(since: number) { Round(types: try await fetch(), startedAt: start) }
    }

    /// Whether to ask again for what a round does not have: not within five seconds of asking again before.
    func mayAskAgain(after round: Round, at time: ContinuousClock.Instant? = nil) -> Bool {
        number <= 1 || (time ?? now()) - round.startedAt >= .seconds(5)
    }

    /// Notes that the cluster is about to serve a new kind.
    func expect(_ kind: GroupKind?, at time: ContinuousClock.Instant? = nil) {
        news.withLock { news in
            news.toldAt = time ?? now()
            if let kind { news.expected.insert(kind) }
        }
    }

    /// Whether a kind was announced and may still be on its way.
    func isExpected(_ kind: GroupKind) -> Bool {
        news.withLock { $0.expected.contains(kind) }
    }

    /// Notes that an announced kind is served, or that nobody waits for it any more.
    func settle(_ kind: GroupKind) {
        news.withLock { _ = $0.expected.remove(kind) }
    }
}
