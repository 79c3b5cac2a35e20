package import GRPCCore
package import PipedAPI

/// The service of piped that tells what a proposed commit would change.
///
/// It goes on in `PreviewCall`.
package struct PlanPreviewService: PipedPlanPreviewService.SimpleServiceProtocol, PluginService {
    let plugin: Plugin
    /// How long all clusters together may take to say what a deployment would do there.
    let patience: Duration

    /// The service of a plugin.
    package init(_ plugin: Plugin, patience: Duration = .seconds(5)) {
        self.plugin = plugin
        self.patience = patience
    }

    /// What the proposed version would change, one result for each deploy target.
    package func getPlanPreview(
        request: PipedGetPlanPreviewRequest,
        context: ServerContext
    ) async throws -> PipedGetPlanPreviewResponse {
        let call = PreviewCall(plugin: plugin, request: request, patience: patience)
        var response = PipedGetPlanPreviewResponse()
        response.results = try await answering { stop in try await call.results(stop) }
        return response
    }
}
