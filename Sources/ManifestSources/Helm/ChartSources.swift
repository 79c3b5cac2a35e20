/// The chart repositories and registries of the settings, which helm is told of before it takes the first chart from one.
package final class ChartSources: Sendable {
    private let repositories: [HelmRepository]
    private let registries: [HelmRegistry]
    private let tools: Tools
    private let registration = OnceForEach<Int, Result<Bool, ManifestSourceError>>()

    /// Sources that helm is not told of yet.
    package init(repositories: [HelmRepository] = [], registries: [HelmRegistry] = [], tools: Tools) {
        self.repositories = repositories
        self.registries = registries
        self.tools = tools
    }

    /// Tells helm of them, unless that was done; those who ask meanwhile wait for it.
    ///
    /// What failed is tried again by the next who asks.
    ///
    /// - Throws: `ManifestSourceError` that names every repository and registry that failed, and no password.
    package func register() async throws(ManifestSourceError) {
        guard !repositories.isEmpty || !registries.isEmpty else { return }
        let result = await registration.value(for: 0, keeping: \.isSuccess) { [repositories, registries, tools] in
            do throws(ManifestSourceError) {
                return try await HelmRenderer.repositories.run { () throws(ManifestSourceError) in
                    try await HelmRegistration.register(repositories, registries, tools: tools)
                    return .success(true)
                }
            } catch {
                return error.isCancelled ? nil : .failure(error)
            }
        }
        guard let result else { throw .cancelled }
        _ = try result.get()
    }

    /// Renders a chart that may come from one of them.
    ///
    /// That some could not be told of matters only when there is no chart then: it may come from another one.
    func using<Value: Sendable>(
        _ render: () async throws(ManifestSourceError) -> Value
    ) async throws(ManifestSourceError) -> Value {
        var earlier: [String] = []
        do throws(ManifestSourceError) {
            try await register()
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
