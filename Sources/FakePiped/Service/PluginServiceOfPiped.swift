import GRPCCore
import PipedAPI

/// The service that plugins call, on the state of the fake.
struct PluginServiceOfPiped: PipedPluginService.SimpleServiceProtocol {
    let piped: FakePiped

    func installTool(request: PipedInstallToolRequest, context: ServerContext) async throws -> PipedInstallToolResponse
    {
        var response = PipedInstallToolResponse()
        do {
            response.installedPath = try await piped.tools.install(
                ToolRequest(name: request.name, version: request.version, script: request.installScript)
            )
        } catch let refusal as Refusal {
            throw refusal.rpcError
        }
        return response
    }

    func reportStageLogs(
        request: PipedReportStageLogsRequest,
        context: ServerContext
    ) async throws -> PipedReportStageLogsResponse {
        let key = StageLogKey(request.deploymentID, request.stageID, retriedCount: request.retriedCount)
        try change { state throws(Refusal) in try state.logs[key, default: .init()].report(request.blocks) }
        return PipedReportStageLogsResponse()
    }

    func reportStageLogsFromLastCheckpoint(
        request: PipedReportStageLogsFromLastCheckpointRequest,
        context: ServerContext
    ) async throws -> PipedReportStageLogsFromLastCheckpointResponse {
        let key = StageLogKey(request.deploymentID, request.stageID, retriedCount: request.retriedCount)
        try change { state throws(Refusal) in
            try state.logs[key, default: .init()].checkpoint(request.blocks, completed: request.completed)
        }
        return PipedReportStageLogsFromLastCheckpointResponse()
    }

    /// Commands are listed again until the stage ends; only those to approve and to skip.
    func listStageCommands(
        request: PipedListStageCommandsRequest,
        context: ServerContext
    ) async throws -> PipedListStageCommandsResponse {
        var response = PipedListStageCommandsResponse()
        response.commands = piped.state.commands.filter { command in
            command.deploymentID == request.deploymentID && command.stageID == request.stageID
                && command.status == .commandNotHandledYet && [.approveStage, .skipStage].contains(command.type)
        }
        return response
    }

    func getApplicationSharedObject(
        request: PipedGetApplicationSharedObjectRequest,
        context: ServerContext
    ) async throws -> PipedGetApplicationSharedObjectResponse {
        let key = SharedObjectKey(application: request.applicationID, plugin: request.pluginName, key: request.key)
        guard let object = piped.state.objects[key] else {
            throw RPCError(code: .notFound, message: "the application shared object \(request.key) was not found")
        }
        var response = PipedGetApplicationSharedObjectResponse()
        response.object = object
        return response
    }

    func putApplicationSharedObject(
        request: PipedPutApplicationSharedObjectRequest,
        context: ServerContext
    ) async throws -> PipedPutApplicationSharedObjectResponse {
        let key = SharedObjectKey(application: request.applicationID, plugin: request.pluginName, key: request.key)
        piped.update { $0.objects[key] = request.object }
        return PipedPutApplicationSharedObjectResponse()
    }

    /// Changes the state, and answers a refusal as gRPC does.
    func change<Result>(_ body: (inout PipedState) throws(Refusal) -> Result) throws -> Result {
        do {
            return try piped.update(body)
        } catch {
            throw error.rpcError
        }
    }
}
