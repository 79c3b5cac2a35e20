import GRPCCore
import GRPCNIOTransportHTTP2
import ManifestSources
import PipedAPI
import Rollouts
import Stages
import TestSupport

@testable import KubernetesAPI
@testable import PipedPlugin

/// The services that only look, behind a port of their own; the targets have no cluster.
struct PreviewFixture: Sendable {
    typealias Transport = HTTP2ClientTransport.Posix

    /// Where source copies are put.
    let directory: String
    let preview: PipedPlanPreviewService.Client<Transport>

    /// Runs a body with the services of a plugin that has the targets.
    static func with(
        _ targets: [String] = ["eu", "us"],
        environment: @Sendable (String) -> [String: String] = { _ in [:] },
        _ body: @escaping @Sendable (PreviewFixture) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let tools = Tools(environment: environment(directory))
            try await PluginFixture.serving([RecordingPiped()]) { piped in
                let plugin = Plugin(
                    settings: PluginSettings(
                        name: "fleet",
                        port: 0,
                        configuration: PluginConfiguration(),
                        targets: targets.map { DeployTarget(name: $0, labels: ["at": $0], access: .offline) }
                    ),
                    connections: ClusterConnections(engine: HTTPEngine()),
                    tools: tools,
                    piped: PipedClient(piped),
                    shutdown: StopSignal()
                )
                try await PluginFixture.serving([PlanPreviewService(plugin)]) { client in
                    try await body(
                        PreviewFixture(
                            directory: directory,
                            preview: PipedPlanPreviewService.Client(wrapping: client)
                        )
                    )
                }
            }
        }
    }

    /// A request as piped makes it.
    func request(
        _ target: SourceFixture,
        running: SourceFixture? = nil,
        on targets: [String] = ["eu", "us"]
    ) throws -> PipedGetPlanPreviewRequest {
        var request = PipedGetPlanPreviewRequest()
        request.applicationID = "app-orders"
        request.applicationName = "orders"
        request.pipedID = "agent-7"
        request.deployTargets = targets
        request.targetDeploymentSource = try target.source(in: directory)
        if var running {
            running.commit = "aaaaaaa"
            request.runningDeploymentSource = try running.source(in: directory)
        }
        return request
    }

    /// What is answered.
    func results(
        _ target: SourceFixture,
        running: SourceFixture? = nil,
        on targets: [String] = ["eu", "us"]
    ) async throws -> [PipedPlanPreviewResult] {
        try await preview.getPlanPreview(request(target, running: running, on: targets)).results
    }
}

extension PipedPlanPreviewResult {
    var text: String { String(decoding: details, as: UTF8.self) }

    /// The result in one line, without the details.
    var line: String { "\(deployTarget): \(summary)\(noChange ? " (no change)" : "")" }
}
