import GRPCCore
import GRPCNIOTransportHTTP2

/// Serves piped's calls until the process is to stop.
package struct PluginServer: Sendable {
    private let plugin: Plugin

    package init(_ plugin: Plugin) {
        self.plugin = plugin
    }

    /// Serves until the plugin's shutdown is asked for and the calls in progress are over.
    ///
    /// - Parameter onListening: Receives the port once piped can call.
    /// - Throws: When the port is taken.
    package func serve(onListening: @escaping @Sendable (Int) -> Void) async throws {
        let server = GRPCServer(
            transport: .http2NIOPosix(
                address: .ipv4(host: "127.0.0.1", port: plugin.settings.port),
                transportSecurity: .plaintext
            ),
            services: [DeploymentService(plugin), LivestateService(plugin), PlanPreviewService(plugin)]
        )
        try await server.serve()
    }
}
