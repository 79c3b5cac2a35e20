import GRPCCore
import KubernetesAPI
import PipedAPI

/// The part of piped that takes stage logs and metadata, and nothing else.
struct RecordingPiped: PipedPluginService.SimpleServiceProtocol {
    /// A log as piped has it.
    struct Log: Sendable {
        var blocks: [PipedLogBlock] = []
        var isClosed = false
        var metadata: [String: String] = [:]

        /// The lines, each with its severity before it unless it is plain.
        var lines: [String] {
            blocks.sorted { $0.index < $1.index }.map { block in
                switch block.severity {
                case .error: "error: \(block.log)"
                case .success: "success: \(block.log)"
                default: block.log
                }
            }
        }
    }

    private let logs = Lock<[String: Log]>([:])

    /// The log of a stage.
    func log(of stage: String) -> Log { logs.withLock { $0[stage] } ?? Log() }

    private func add(_ blocks: [PipedLogBlock], to stage: String, isClosed: Bool) {
        logs.withLock { logs in
            let known = Set(logs[stage, default: Log()].blocks.map(\.index))
            logs[stage, default: Log()].blocks += blocks.filter { !known.contains($0.index) }
            if isClosed { logs[stage]?.isClosed = true }
        }
    }

    func reportStageLogs(
        request: PipedReportStageLogsRequest,
        context: ServerContext
    ) async throws -> PipedReportStageLogsResponse {
        add(request.blocks, to: request.stageID, isClosed: false)
        return PipedReportStageLogsResponse()
    }

    func reportStageLogsFromLastCheckpoint(
        request: PipedReportStageLogsFromLastCheckpointRequest,
        context: ServerContext
    ) async throws -> PipedReportStageLogsFromLastCheckpointResponse {
        add(request.blocks, to: request.stageID, isClosed: request.completed)
        return PipedReportStageLogsFromLastCheckpointResponse()
    }

    private var unimplemented: RPCError { RPCError(code: .unimplemented, message: "not kept here") }

    func installTool(request: PipedInstallToolRequest, context: ServerContext) async throws
        -> PipedInstallToolResponse
    { throw unimplemented }

    func getStageMetadata(request: PipedGetStageMetadataRequest, context: ServerContext) async throws
        -> PipedGetStageMetadataResponse
    { throw unimplemented }

    func putStageMetadata(request: PipedPutStageMetadataRequest, context: ServerContext) async throws
        -> PipedPutStageMetadataResponse
    { throw unimplemented }

    func putStageMetadataMulti(request: PipedPutStageMetadataMultiRequest, context: ServerContext) async throws
        -> PipedPutStageMetadataMultiResponse
    {
        logs.withLock { $0[request.stageID, default: Log()].metadata.merge(request.metadata) { $1 } }
        return PipedPutStageMetadataMultiResponse()
    }

    func getDeploymentPluginMetadata(
        request: PipedGetDeploymentPluginMetadataRequest,
        context: ServerContext
    ) async throws -> PipedGetDeploymentPluginMetadataResponse { throw unimplemented }

    func putDeploymentPluginMetadata(
        request: PipedPutDeploymentPluginMetadataRequest,
        context: ServerContext
    ) async throws -> PipedPutDeploymentPluginMetadataResponse { throw unimplemented }

    func putDeploymentPluginMetadataMulti(
        request: PipedPutDeploymentPluginMetadataMultiRequest,
        context: ServerContext
    ) async throws -> PipedPutDeploymentPluginMetadataMultiResponse { throw unimplemented }

    func getDeploymentSharedMetadata(
        request: PipedGetDeploymentSharedMetadataRequest,
        context: ServerContext
    ) async throws -> PipedGetDeploymentSharedMetadataResponse { throw unimplemented }

    func listStageCommands(request: PipedListStageCommandsRequest, context: ServerContext) async throws
        -> PipedListStageCommandsResponse
    { throw unimplemented }

    func getApplicationSharedObject(
        request: PipedGetApplicationSharedObjectRequest,
        context: ServerContext
    ) async throws -> PipedGetApplicationSharedObjectResponse { throw unimplemented }

    func putApplicationSharedObject(
        request: PipedPutApplicationSharedObjectRequest,
        context: ServerContext
    ) async throws -> PipedPutApplicationSharedObjectResponse { throw unimplemented }
}
