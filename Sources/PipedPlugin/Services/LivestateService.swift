package import GRPCCore
package import PipedAPI

/// The service of piped that tells what runs.
package struct LivestateService: PipedLivestateService.SimpleServiceProtocol {
    private let plugin: Plugin

    package init(_ plugin: Plugin) {
        self.plugin = plugin
    }

    package func getLivestate(
        request: PipedGetLivestateRequest,
        context: ServerContext
    ) async throws -> PipedGetLivestateResponse {
        PipedGetLivestateResponse()
    }
}
