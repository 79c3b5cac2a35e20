import FakePiped
import Logging
import PipedAPI
import PipedPlugin
import Testing

extension FakePiped {
    /// The stage that tests write to.
    static let stage = StageAddress(deployment: "d", stage: "s")

    /// Runs a body with a piped that executes the deployment `d`, and a client of it.
    static func connected<Result: Sendable>(
        toolsDirectory: String = "/nonexistent",
        logger: Logger = Logger(label: "test"),
        _ body: @Sendable (FakePiped, PipedClient) async throws -> Result
    ) async throws -> Result {
        try await FakePiped.with(toolsDirectory: toolsDirectory) { fake in
            fake.update { state in
                var deployment = PipedDeployment()
                deployment.id = "d"
                state.metadata.open(deployment)
            }
            let address = try #require(PipedAddress(fake.address))
            return try await PipedClient.connected(to: address, logger: logger) { piped in
                try await body(fake, piped)
            }
        }
    }

    /// Lets calls go wrong so many times.
    func fail(_ effect: PipedFault.Effect, times: Int? = 1) {
        inject(PipedFault(effect, times: times))
    }

    /// The lines that last.
    var kept: [String] { state.kept }
    /// The metadata of a stage.
    func metadata(of stage: String = "s") -> [String: String] {
        (try? state.metadata.stage(stage, of: "d")) ?? [:]
    }

    /// The log of the stage.
    var log: StageLogRecord { state.log("d", "s") }
}

extension PipedState {
    /// The lines that last.
    var kept: [String] { log("d", "s").texts }
    /// The lines that a viewer sees.
    var shown: [String] { log("d", "s").visible.map(\.log) }
    /// The lines of each call, of which the plain reports are marked.
    var logCalls: [String] {
        calls.compactMap { call in
            switch call.request {
            case let request as PipedReportStageLogsRequest:
                (["cache"] + request.blocks.map(\.log)).joined(separator: " ")
            case let request as PipedReportStageLogsFromLastCheckpointRequest:
                ([request.completed ? "last" : "checkpoint"] + request.blocks.map(\.log)).joined(separator: " ")
            default: nil
            }
        }
    }
}
