import GRPCCore
import GRPCNIOTransportHTTP2
import Logging
import PipedPlugin

extension PipedStub {
    /// Serves on loopback while a body runs, and breaks every connection at its end.
    ///
    /// - Parameters:
    ///   - host: The address to listen on.
    ///   - port: The port, 0 for a free one.
    ///   - body: Receives the port.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    func serving<Result: Sendable>(
        on host: String = "127.0.0.1",
        port: Int = 0,
        _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let address: SocketAddress = host.contains(":") ? .ipv6(host: host, port: port) : .ipv4(host: host, port: port)
        let server = GRPCServer(
            transport: .http2NIOPosix(address: address, transportSecurity: .plaintext),
            services: [self]
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await server.serve() }
            let address = try await server.listeningAddress
            defer { group.cancelAll() }
            return try await body(address?.ipv4?.port ?? address?.ipv6?.port ?? 0)
        }
    }

    /// Serves, and hands out a client of it.
    func connected<Result: Sendable>(
        logger: Logger = Logger(label: "test"),
        _ body: (PipedClient) async throws -> Result
    ) async throws -> Result {
        try await serving { port in
            try await PipedClient.connected(
                to: PipedAddress(host: "127.0.0.1", port: port),
                plugin: "multi",
                logger: logger,
                body
            )
        }
    }
}
