import GRPCCore
import GRPCNIOTransportHTTP2
package import Logging

extension PipedClient {
    /// Keeps a connection to piped while a body runs.
    ///
    /// Piped need not listen yet: the connection is made when it does, to whichever of the addresses behind its name it
    /// listens on, and made again when it breaks.
    ///
    /// - Parameters:
    ///   - address: Where piped listens for its plugins.
    ///   - logger: The log of the process.
    ///   - body: What needs piped; the connection ends with it.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    package static func connected<Result: Sendable>(
        to address: PipedAddress,
        logger: Logger = Logger(label: "flotilla"),
        _ body: (PipedClient) async throws -> Result
    ) async throws -> Result {
        // The name is resolved for numeric addresses, too, which resolve to themselves.
        let transport = try HTTP2ClientTransport.Posix(
            target: .dns(host: address.host, port: address.port),
            transportSecurity: .plaintext,
            config: .defaults {
                // Piped is on the same machine: to try again soon costs nothing.
                $0.backoff = .init(initial: .milliseconds(100), max: .seconds(1), multiplier: 1.6, jitter: 0.2)
            }
        )
        // The connection ends in order, whether the body fails or not.
        let result: Swift.Result<Result, any Error> = try await withGRPCClient(transport: transport) { client in
            do {
                return .success(try await body(PipedClient(client, logger: logger)))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
