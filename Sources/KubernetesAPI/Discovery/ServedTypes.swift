import Manifests

/// The types that a cluster serves, as one round of discovery finds them.
///
/// An aggregated server says everything at once. Any other one says which group versions there are, and the document of each
/// is fetched when somebody asks for it.
final class ServedTypes: Sendable {
    /// Every group version, in each group the preferred one first.
    let versions: [GroupVersion]
    private let known: [GroupVersion: DiscoveryDocument]
    private let asked = Lock<[GroupVersion: SharedFetch<DiscoveryDocument>]>([:])
    private let gate = RequestGate(limit: 10)

    /// Everything there is.
    init(_ documents: [DiscoveryDocument]) {
        versions = documents.map(\.groupVersion)
        known = Dictionary(documents.map { ($0.groupVersion, $0) }) { first, _ in first }
    }

    /// Group versions of which nothing is known yet.
    init(_ versions: [GroupVersion]) {
        self.versions = versions
        known = [:]
    }

    /// Whether the server itself could not say everything.
    var isPartial: Bool { known.values.contains { $0.failure != nil } }

    /// The document of one of the group versions, fetched when it is not known yet; a failure may pass, and is not kept.
    func document(
        of version: GroupVersion,
        _ fetch: (GroupVersion) async throws -> DiscoveryDocument
    ) async throws -> DiscoveryDocument {
        if let document = known[version] { return document }
        let shared = asked.withLock { asked in
            let shared = asked[version] ?? SharedFetch()
            asked[version] = shared
            return shared
        }
        let number = shared.number
        if let document = shared.value, document.failure == nil { return document }
        return try await shared.fetch(since: number) { try await gate.run { try await fetch(version) } }
    }

    /// The documents of all group versions, at most ten fetched at once.
    func documents(
        _ fetch: @escaping @Sendable (GroupVersion) async throws -> DiscoveryDocument
    ) async throws -> [DiscoveryDocument] {
        try await withThrowingTaskGroup(of: (Int, DiscoveryDocument).self) { group in
            for (index, version) in versions.enumerated() {
                group.addTask { (index, try await self.document(of: version, fetch)) }
            }
            let documents = try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            return versions.indices.compactMap { documents[$0] }
        }
    }
}
