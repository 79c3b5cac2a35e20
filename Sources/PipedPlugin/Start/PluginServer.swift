import GRPCCore
import GRPCListening
import GRPCNIOTransportHTTP2
import Logging
import Stages

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
        let socket = try await ListeningSocket.opened(port: plugin.settings.port, tries: 25) { error in
            plugin.log.warning("\(error); trying again for 5s")
        } waiting: {
            try await Task.sleep(for: .milliseconds(200))
        }
        let port = socket.port
        let server = GRPCServer(
            transport: .http2NIOPosix(
                listeningSocketDescriptor: socket.take(),
                transportSecurity: .plaintext,
                config: Self.configuration
            ),
            services: [DeploymentService(plugin), LivestateService(plugin), PlanPreviewService(plugin)],
            interceptors: [CallLog(log: plugin.log, running: plugin.running)]
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // A transport that is told to stop while it opens its socket crashes.
                _ = try await server.transport.listeningAddress
                onListening(port)
                await plugin.shutdown.wait()
                server.beginGracefulShutdown()
            }
            defer { group.cancelAll() }
            try await server.serve()
        }
    }

    /// What the connections to piped are like.
    ///
    /// A stage may run for hours and send nothing, so no connection is too old or too idle. On loopback the system tells
    /// when the other side is gone: no ping looks for that, as one would take a process that is only stopped for dead, and
    /// none of piped's own pings is one too many.
    static var configuration: HTTP2ServerTransport.Posix.Config {
        .defaults { configuration in
            // Piped may connect while the process stops.
            configuration.channelDebuggingCallbacks = .patient
            configuration.connection.maxAge = nil
            configuration.connection.maxIdleTime = nil
            configuration.connection.maxGraceTime = nil
            configuration.connection.keepalive.time = .seconds(365 * 24 * 60 * 60)
            configuration.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .zero
            configuration.connection.keepalive.clientBehavior.allowWithoutCalls = true
            configuration.http2.maxConcurrentStreams = 1000
            // One that is larger than the limit would be reset without a word.
            configuration.rpc.maxRequestPayloadSize = 64 << 20
        }
    }
}
