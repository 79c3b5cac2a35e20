package import GRPCCore
package import PipedAPI
import Stages

/// The service of piped that tells what runs, and whether that is what Git says.
///
/// It goes on in `LivestateCall`.
package struct LivestateService: PipedLivestateService.SimpleServiceProtocol, PluginService {
    let plugin: Plugin

    /// The service of a plugin.
    package init(_ plugin: Plugin) {
        self.plugin = plugin
    }

    /// The objects of an application on its targets, and whether they are as Git has them.
    ///
    /// There is always a verdict: piped cannot do without one.
    package func getLivestate(
        request: PipedGetLivestateRequest,
        context: ServerContext
    ) async throws -> PipedGetLivestateResponse {
        let call = LivestateCall(plugin: plugin, request: request)
        return try await answering { stop in try await stop.aborting { try await call.response() } }
    }
}
