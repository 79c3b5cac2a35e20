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
    private let plugin: String

    /// Calls piped over a connection that somebody else keeps.
    ///
    /// - Parameters:
    ///   - client: The connection.
    ///   - plugin: The name that the operator gave the plugin.
    ///   - logger: The log of the process.
    package init(
        _ client: GRPCClient<HTTP2ClientTransport.Posix>,
        plugin: String,
        logger: Logger = Logger(label: "flotilla")
    ) {
        service = PipedPluginService.Client(wrapping: client)
        self.plugin = plugin
        self.logger = logger
    }

    // MARK: Metadata

    /// Merges values into the metadata of a stage, which outlive this process and are shown in the web UI.
    package func putStageMetadata(_ values: [String: String], of stage: StageAddress) async throws {
        var request = PipedPutStageMetadataMultiRequest()
        request.deploymentID = stage.deployment
        request.stageID = stage.stage
        request.metadata = values
        _ = try await call("PutStageMetadataMulti") { [request] in
            try await service.putStageMetadataMulti(request, options: .forPiped())
        }
    }

    /// A value of the metadata of a stage, `nil` when there is none.
    package func stageMetadata(_ key: String, of stage: StageAddress) async throws -> String? {
        var request = PipedGetStageMetadataRequest()
        request.deploymentID = stage.deployment
        request.stageID = stage.stage
        request.key = key
        let answer = try await call("GetStageMetadata") { [request] in
            try await service.getStageMetadata(request, options: .forPiped())
        }
        return answer.found ? answer.value : nil
    }

    /// Merges values into what the stages of a deployment tell each other.
    package func putDeploymentMetadata(_ values: [String: String], deployment: String) async throws {
        var request = PipedPutDeploymentPluginMetadataMultiRequest()
        request.deploymentID = deployment
        request.pluginName = plugin
        request.metadata = values
        _ = try await call("PutDeploymentPluginMetadataMulti") { [request] in
            try await service.putDeploymentPluginMetadataMulti(request, options: .forPiped())
        }
    }

    /// A value that an earlier stage of the deployment left, `nil` when there is none.
    package func deploymentMetadata(_ key: String, deployment: String) async throws -> String? {
        var request = PipedGetDeploymentPluginMetadataRequest()
        request.deploymentID = deployment
        request.pluginName = plugin
        request.key = key
        let answer = try await call("GetDeploymentPluginMetadata") { [request] in
            try await service.getDeploymentPluginMetadata(request, options: .forPiped())
        }
        return answer.found ? answer.value : nil
    }

    // MARK: Tools

    /// Lets piped install a program, once for each name and version.
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
        let options = CallOptions.forPiped(within: .seconds(300), repeatedOn: [.unavailable])
        return try await call("InstallTool") { [request] in
            try await service.installTool(request, options: options).installedPath
        }
    }

    private func call<Answer>(_ name: String, _ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch {
            throw PipedError(name, error)
        }
    }
}

extension CallOptions {
    /// The options of a call of piped: it waits for the connection, and its time limit holds for all repetitions together.
    ///
    /// - Parameters:
    ///   - limit: How long the call may take.
    ///   - codes: What it is repeated on, a few times; nothing when empty.
    /// - Returns: The options.
    static func forPiped(
        within limit: Duration = .seconds(10),
        repeatedOn codes: Set<Status.Code> = [.unavailable, .internalError]
    ) -> CallOptions {
        var options = CallOptions.defaults
        options.timeout = limit
        options.waitForReady = true
        guard !codes.isEmpty else { return options }
        options.executionPolicy = .retry(
            RetryPolicy(
                maxAttempts: 4,
                initialBackoff: .milliseconds(200),
                maxBackoff: .seconds(2),
                backoffMultiplier: 2,
                retryableStatusCodes: codes
            )
        )
        return options
    }
}
