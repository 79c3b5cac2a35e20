import Glibc
package import GRPCCore
package import PipedAPI

/// The service of piped that tells what runs.
///
/// It tells nothing of clusters, and says so: PipeCD then shows neither resources nor a drift for the application.
package struct LivestateService: PipedLivestateService.SimpleServiceProtocol {
    /// The service of a plugin.
    package init(_ plugin: Plugin) {}

    /// The state as unknown, whatever is asked for: piped cannot do without one.
    package func getLivestate(
        request: PipedGetLivestateRequest,
        context: ServerContext
    ) async throws -> PipedGetLivestateResponse {
        var response = PipedGetLivestateResponse()
        response.applicationLiveState.healthStatus = .unknown
        response.syncState.status = .unknown
        response.syncState.shortReason = "live state is not reported"
        response.syncState.reason = "This plugin does not compare the live state of the clusters with Git."
        response.syncState.timestamp = Int64(max(1, time(nil)))
        return response
    }
}
