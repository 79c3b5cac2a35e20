import Manifests

/// Loads the manifests of applications: reads plain files, and lets kustomize and helm render.
///
/// Each distinct request is loaded once for the lifetime of the loader, that of one command or one deployment, so that all
/// targets and stages see the same files; equal requests at the same time share one load. How a method works is in
/// `PlainFiles`, `KustomizeRenderer` and `HelmRenderer`.
package final class ManifestLoader: Sendable {
    private let tools: Tools
    private let loaded = OnceForEach<LoadRequest, Result<LoadedManifests, ManifestSourceError>>()

    /// A loader that has loaded nothing yet.
    ///
    /// - Parameter tools: The tools that render; without an environment none is found.
    package init(tools: Tools = Tools(environment: [:])) {
        self.tools = tools
    }

    /// Loads the manifests of a request.
    ///
    /// - Returns: The manifests, namespaces assigned, by `pipecd.dev/order` and then in the order they were made in.
    /// - Throws: `ManifestSourceError` with one line for each reason.
    package func load(_ request: LoadRequest) async throws(ManifestSourceError) -> LoadedManifests {
        let result = await loaded.value(for: request) { [tools] in
            do throws(ManifestSourceError) {
                return .success(try await Self.load(request, tools: tools))
            } catch {
                return error.isCancelled ? nil : .failure(error)
            }
        }
        guard let result else { throw .cancelled }
        return try result.get()
    }

    private static func load(_ request: LoadRequest, tools: Tools) async throws(ManifestSourceError) -> LoadedManifests
    {
        let method = try PlainFiles.templatingMethod(
            in: request.directory,
            kustomizeDirectory: request.kustomize.directory,
            hasHelmChart: request.helm != nil,
            confinedTo: request.confinedTo ?? RepositoryRoot.of(request.directory)
        )
        var rendered: RenderedManifests
        switch method {
        case .plain: return try PlainFiles.load(request)
        case .kustomize(let directory):
            rendered = try await KustomizeRenderer(request: request, directory: directory, tools: tools).render()
            if !request.manifests.isEmpty {
                rendered.warnings.append("input.manifests is not read, because a kustomization makes the manifests")
            }
        case .helm: rendered = try await HelmRenderer.render(request, tools: tools)
        }
        var parsed = ParsedManifests()
        parsed.add(rendered.bytes, name: rendered.name, limits: request.limits)
        parsed.warnings = rendered.warnings + parsed.warnings
        return try LoadedManifests(parsed, for: request)
    }
}
