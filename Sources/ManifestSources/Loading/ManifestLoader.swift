import Manifests

/// Loads the manifests of applications: reads plain files, and lets kustomize and helm render.
///
/// Each distinct request is loaded once for the lifetime of the loader, that of one command or one deployment, so that all
/// targets and stages see the same files; equal requests at the same time share one load. What failed is tried again when
/// it is asked for again. How a method works is in
/// `PlainFiles`, `KustomizeRenderer` and `HelmRenderer`.
package final class ManifestLoader: Sendable {
    private let tools: Tools
    private let helm: HelmRenderer
    private let insecureRepositories: Set<String>
    private let loaded = OnceForEach<LoadRequest, Result<LoadedManifests, ManifestSourceError>>()

    /// A loader that has loaded nothing yet.
    ///
    /// - Parameters:
    ///   - tools: The tools that render; without an environment none is found.
    ///   - insecureRepositories: The names of chart repositories of which any certificate will do.
    ///   - charts: What helm must be told of before it takes a chart from a repository or a registry.
    package init(
        tools: Tools = Tools(environment: [:]),
        insecureRepositories: Set<String> = [],
        charts: ChartSources? = nil
    ) {
        self.tools = tools
        self.insecureRepositories = insecureRepositories
        helm = HelmRenderer(tools: tools, charts: charts)
    }

    /// Loads the manifests of a request.
    ///
    /// - Returns: The manifests, namespaces assigned, by `pipecd.dev/order` and then in the order they were made in.
    /// - Throws: `ManifestSourceError` with one line for each reason.
    package func load(_ request: LoadRequest) async throws(ManifestSourceError) -> LoadedManifests {
        var request = request
        if let name = request.helm?.chart.repository, insecureRepositories.contains(name) {
            request.helm?.insecureRepository = true
        }
        return try await loadOnce(request)
    }

    private func loadOnce(_ request: LoadRequest) async throws(ManifestSourceError) -> LoadedManifests {
        let result = await loaded.value(for: request, keeping: \.isSuccess) { [tools, helm] in
            do throws(ManifestSourceError) {
                return .success(try await Self.load(request, tools: tools, helm: helm))
            } catch {
                return error.isCancelled ? nil : .failure(error)
            }
        }
        guard let result else { throw .cancelled }
        return try result.get()
    }

    private static func load(
        _ request: LoadRequest,
        tools: Tools,
        helm: HelmRenderer
    ) async throws(ManifestSourceError) -> LoadedManifests {
        let method = try PlainFiles.templatingMethod(
            in: request.directory,
            kustomizeDirectory: request.kustomize.directory,
            hasHelmChart: request.helm != nil,
            confinedTo: request.confinedTo ?? RepositoryRoot.of(request.directory)
        )
        var rendered: RenderedManifests
        var limits = request.limits
        switch method {
        case .plain: return try PlainFiles.load(request)
        case .kustomize(let directory):
            rendered = try await KustomizeRenderer(request: request, directory: directory, tools: tools).render()
            if !request.manifests.isEmpty {
                rendered.warnings.append("input.manifests is not read, because a kustomization makes the manifests")
            }
        case .helm:
            rendered = try await helm.render(request)
            // Charts of others have keys twice, which nobody here can mend: the last one counts, and a warning says so.
            limits.allowsRepeatedKeys = true
        }
        var parsed = ParsedManifests()
        for text in rendered.texts { parsed.add(text.bytes, name: text.name, limits: limits) }
        parsed.warnings = rendered.warnings + parsed.warnings
        return try LoadedManifests(parsed, for: request)
    }
}
