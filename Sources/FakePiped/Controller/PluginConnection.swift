import GRPCCore
import GRPCNIOTransportHTTP2
import PipedAPI

/// A plugin that piped is connected to.
struct PluginConnection: Sendable {
    typealias Transport = HTTP2ClientTransport.Posix

    let name: String
    /// The stage names that the plugin told at the start; it is never asked again.
    let stages: [String]
    let deployment: PipedDeploymentService.Client<Transport>
    let livestate: PipedLivestateService.Client<Transport>
    let planPreview: PipedPlanPreviewService.Client<Transport>

    /// No deadline, no waiting for a plugin that is gone, no answer of more than 4 MiB.
    static var options: CallOptions {
        var options = CallOptions.defaults
        options.waitForReady = false
        options.maxResponseMessageBytes = 4 << 20
        return options
    }

    /// Connects to a plugin on this machine, without a time limit, and asks for its stages.
    ///
    /// Any error of that question ends piped.
    static func with<Result: Sendable>(
        _ name: String,
        port: Int,
        piped: FakePiped,
        _ body: (PluginConnection) async throws -> Result
    ) async throws -> Result {
        let transport = try Transport(
            target: .ipv4(address: "127.0.0.1", port: port),
            transportSecurity: .plaintext,
            config: .defaults {
                $0.backoff.initial = .milliseconds(20)
                $0.backoff.max = .milliseconds(200)
            }
        )
        return try await withGRPCClient(transport: transport) { client in
            let deployment = PipedDeploymentService.Client(wrapping: client)
            piped.note("\(name) FetchDefinedStages")
            let stages: [String]
            do {
                var patient = options
                patient.waitForReady = true
                stages = try await deployment.fetchDefinedStages(PipedFetchDefinedStagesRequest(), options: patient)
                    .stages
            } catch let error as RPCError {
                throw piped.crash("\(name): FetchDefinedStages: \(error.code): \(error.message)")
            }
            return try await body(
                PluginConnection(
                    name: name,
                    stages: stages,
                    deployment: deployment,
                    livestate: PipedLivestateService.Client(wrapping: client),
                    planPreview: PipedPlanPreviewService.Client(wrapping: client)
                )
            )
        }
    }
}
