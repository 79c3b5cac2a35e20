package import GRPCCore
package import GRPCNIOTransportHTTP2
package import Logging
import PipedAPI

/// Piped's own service: what a plugin may ask of it.
///
/// A call waits until piped can be reached, at most for its time limit, and is repeated a few times when the connection breaks.
package struct PipedClient: Sendable {
    let service: PipedPluginService.Client<HTTP2ClientTransport.Posix>
    /// Where goes what piped does not take.
    package let logger: Logger
    /// Measures the time between two tries.
    private let clock: any Clock<Duration>

    /// Calls piped over a connection that somebody else keeps.
    ///
    /// - Parameters:
    ///   - client: The connection.
    ///   - logger: The log of the process.
    ///   - clock: Measures the time between two tries.
    package init(
        _ client: GRPCClient<HTTP2ClientTransport.Posix>,
        logger: Logger = Logger(label: "flotilla"),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        service = PipedPluginService.Client(wrapping: client)
        self.logger = logger
        self.clock = clock
    }

    // MARK: Metadata

    /// Merges values into the metadata of a stage, which outlive this process and are shown in the web UI.
    package func putStageMetadata(_ values: [String: String], of stage: StageAddress) async throws {
        var request = PipedPutStageMetadataMultiRequest()
        request.deploymentID = stage.deployment
        request.stageID = stage.stage
        request.metadata = values
        _ = try await call("PutStageMetadataMulti") { [request] options in
            try await service.putStageMetadataMulti(request, options: options)
        }
    }

    // MARK: Tools

    /// Lets piped install a program, once for each name and version.
    ///
    /// Piped makes one installation of equal calls, which ends when the first caller is cancelled: it is asked once more then.
    ///
    /// - Parameters:
    ///   - name: The name of the program.
    ///   - version: Its version.
    ///   - script: A shell script in the form of a Go template, which leaves the program at `{{ .OutPath }}`.
    /// - Returns: The path of the program.
    /// - Throws: `PipedError`, with what the script printed when it failed.
    package func installTool(name: String, version: String, script: String) async throws -> String {
        var request = PipedInstallToolRequest()
        request.name = name
        request.version = version
        request.installScript = script
        do {
            return try await install(request)
        } catch let error as PipedError where error.mayBeOfAnotherCaller && !Task.isCancelled {
            return try await install(request)
        }
    }

    private func install(_ request: PipedInstallToolRequest) async throws -> String {
        try await call("InstallTool", within: .seconds(300), repeatedOn: [.unavailable]) { options in
            try await service.installTool(request, options: options).installedPath
        }
    }

    /// Makes a call, and again up to three times when it may help.
    private func call<Answer>(
        _ name: String,
        within limit: Duration = .seconds(10),
        repeatedOn codes: Set<RPCError.Code> = [.unavailable, .internalError],
        _ body: (CallOptions) async throws -> Answer
    ) async throws -> Answer {
        var wait = Duration.milliseconds(200)
        do {
            for _ in 0..<3 {
                do {
                    return try await body(.forPiped(within: limit))
                } catch let error as RPCError where codes.contains(error.code) {
                    try await clock.sleep(for: wait)
                    wait *= 2
                }
            }
            return try await body(.forPiped(within: limit))
        } catch {
            throw PipedError(name, error)
        }
    }
}

extension CallOptions {
    /// The options of a call of piped: it waits for the connection, as long as the call may take at all.
    static func forPiped(within limit: Duration) -> CallOptions {
        var options = CallOptions.defaults
        options.timeout = limit
        options.waitForReady = true
        return options
    }
}
