package import GRPCCore
package import PipedAPI

/// The service of piped that tells what a proposed commit would change.
package struct PlanPreviewService: PipedPlanPreviewService.SimpleServiceProtocol {
    private let plugin: Plugin

    package init(_ plugin: Plugin) {
        self.plugin = plugin
    }

    package func getPlanPreview(
        request: PipedGetPlanPreviewRequest,
        context: ServerContext
    ) async throws -> PipedGetPlanPreviewResponse {
        PipedGetPlanPreviewResponse()
    }
}
