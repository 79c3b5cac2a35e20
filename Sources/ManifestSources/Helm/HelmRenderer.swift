/// Makes manifests of a chart, through the user's own helm.
enum HelmRenderer {
    /// Renders the chart of a request, which has one.
    ///
    /// - Throws: `ManifestSourceError` with one line for each reason.
    static func render(_ request: LoadRequest, tools: Tools) async throws(ManifestSourceError) -> RenderedManifests {
        _ = try await tools.locate(.helm, version: request.helm?.version)
        throw ManifestSourceError("manifests made by helm are not supported yet; render them to files and list those")
    }
}
