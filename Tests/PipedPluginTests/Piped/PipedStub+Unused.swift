import GRPCCore
import PipedAPI

/// What the plugin does not call.
extension PipedStub {
    private var unused: RPCError { RPCError(code: .unimplemented, message: "not used") }

    func putStageMetadata(
        request: PipedPutStageMetadataRequest,
        context: ServerContext
    ) async throws -> PipedPutStageMetadataResponse {
        throw unused
    }

    func putDeploymentPluginMetadata(
        request: PipedPutDeploymentPluginMetadataRequest,
        context: ServerContext
    ) async throws -> PipedPutDeploymentPluginMetadataResponse {
        throw unused
    }

    func getDeploymentSharedMetadata(
        request: PipedGetDeploymentSharedMetadataRequest,
        context: ServerContext
    ) async throws -> PipedGetDeploymentSharedMetadataResponse {
        throw unused
    }

    func listStageCommands(
        request: PipedListStageCommandsRequest,
        context: ServerContext
    ) async throws -> PipedListStageCommandsResponse {
        throw unused
    }

    func getApplicationSharedObject(
        request: PipedGetApplicationSharedObjectRequest,
        context: ServerContext
    ) async throws -> PipedGetApplicationSharedObjectResponse {
        throw unused
    }

    func putApplicationSharedObject(
        request: PipedPutApplicationSharedObjectRequest,
        context: ServerContext
    ) async throws -> PipedPutApplicationSharedObjectResponse {
        throw unused
    }
}
