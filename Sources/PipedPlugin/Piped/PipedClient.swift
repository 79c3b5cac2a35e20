package import GRPCCore
package import GRPCNIOTransportHTTP2
import PipedAPI

/// Piped's own service: what a plugin may ask of it.
package struct PipedClient: Sendable {
    private let service: PipedPluginService.Client<HTTP2ClientTransport.Posix>

    /// Calls piped over a connection that somebody else keeps.
    package init(_ client: GRPCClient<HTTP2ClientTransport.Posix>) {
        service = PipedPluginService.Client(wrapping: client)
    }
}

/// A stage of a deployment, as piped knows it.
package struct StageAddress: Sendable, Hashable {
    /// The ID of the deployment.
    package let deployment: String
    /// The ID of the stage.
    package let stage: String

    package init(deployment: String, stage: String) {
        self.deployment = deployment
        self.stage = stage
    }
}
