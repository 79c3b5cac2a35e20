/// The chart repositories and registries of the settings, which helm is told of before it takes the first chart from one.
package final class ChartSources: Sendable {
    private enum Source: Hashable {
        case repository(HelmRepository)
        case registry(HelmRegistry)

        /// Whether a chart may come from it.
        func isPart(of origin: ChartOrigin) -> Bool {
            switch self {
            case .repository(let source): origin.hasRepositories && (origin.repository ?? source.name) == source.name
            case .registry: origin.hasRegistries
            }
        }
    }

    /// What came of telling helm of a source.
    private struct Outcome {
        let problems: [String]
        let time: ContinuousClock.Instant
    }

    /// How long what failed is not tried again, so that a server that gives no answer does not hold up each render.
    private static let pause = Duration.seconds(60)

    private let sources: [Source]
    private let tools: Tools
    private let now: @Sendable () -> ContinuousClock.Instant
    private let outcomes = OnceForEach<Source, Outcome>()

    /// Sources that helm is not told of yet.
    package init(
        repositories: [HelmRepository] = [],
        registries: [HelmRegistry] = [],
        tools: Tools,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        sources = repositories.map(Source.repository) + registries.map(Source.registry)
        self.tools = tools
        self.now = now
    }

    /// Tells helm of them, as far as that was not done; those who ask meanwhile wait for it.
    ///
    /// What failed is tried again by the next who asks a minute later.
    ///
    /// - Throws: `ManifestSourceError` that names every repository and registry that failed, and no password.
    package func register() async throws(ManifestSourceError) {
        try await register(sources)
    }

    private func register(_ sources: [Source]) async throws(ManifestSourceError) {
        var problems: [String] = []
        for source in sources {
            let outcome = await outcomes.value(
                for: source,
                keeping: { [now] in $0.problems.isEmpty || now() < $0.time + Self.pause },
                { [tools, now] in
                    do throws(ManifestSourceError) {
                        try await Self.register(source, tools)
                        return Outcome(problems: [], time: now())
                    } catch {
                        return error.isCancelled ? nil : Outcome(problems: error.problems, time: now())
                    }
                }
            )
            guard let outcome else { throw .cancelled }
            problems += outcome.problems
        }
        guard problems.isEmpty else { throw ManifestSourceError(problems.removingRepeated) }
    }

    private static func register(_ source: Source, _ tools: Tools) async throws(ManifestSourceError) {
        try await HelmRenderer.repositories.run { () throws(ManifestSourceError) in
            switch source {
            case .repository(let repository): try await HelmRegistration.register([repository], [], tools: tools)
            case .registry(let registry): try await HelmRegistration.register([], [registry], tools: tools)
            }
        }
    }

    /// Renders a chart that may come from some of them.
    ///
    /// That some could not be told of matters only when there is no chart then: it may come from another one.
    func using<Value: Sendable>(
        _ origin: ChartOrigin,
        _ render: () async throws(ManifestSourceError) -> Value
    ) async throws(ManifestSourceError) -> Value {
        var earlier: [String] = []
        do throws(ManifestSourceError) {
            try await register(sources.filter { $0.isPart(of: origin) })
        } catch {
            guard !error.isCancelled else { throw error }
            earlier = error.problems
        }
        do throws(ManifestSourceError) {
            return try await render()
        } catch {
            throw error.isCancelled || earlier.isEmpty ? error : ManifestSourceError(error.problems + earlier)
        }
    }
}

extension [String] {
    /// The texts without those that stood there before.
    fileprivate var removingRepeated: [String] {
        reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
