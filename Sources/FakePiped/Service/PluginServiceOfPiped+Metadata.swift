import GRPCCore
import PipedAPI

/// Metadata: reads come from piped's memory; writes are merged there, and then saved at the control plane.
extension PluginServiceOfPiped {
    func getStageMetadata(
        request: PipedGetStageMetadataRequest,
        context: ServerContext
    ) async throws -> PipedGetStageMetadataResponse {
        var response = PipedGetStageMetadataResponse()
        let pairs = try change { state throws(Refusal) in
            try state.metadata.stage(request.stageID, of: request.deploymentID)
        }
        (response.value, response.found) = (pairs[request.key] ?? "", pairs[request.key] != nil)
        return response
    }

    func putStageMetadata(
        request: PipedPutStageMetadataRequest,
        context: ServerContext
    ) async throws -> PipedPutStageMetadataResponse {
        try change { state throws(Refusal) in
            try state.put([request.key: request.value], stage: request.stageID, of: request.deploymentID)
        }
        return PipedPutStageMetadataResponse()
    }

    func putStageMetadataMulti(
        request: PipedPutStageMetadataMultiRequest,
        context: ServerContext
    ) async throws -> PipedPutStageMetadataMultiResponse {
        try change { state throws(Refusal) in
            try state.put(request.metadata, stage: request.stageID, of: request.deploymentID)
        }
        return PipedPutStageMetadataMultiResponse()
    }

    func getDeploymentPluginMetadata(
        request: PipedGetDeploymentPluginMetadataRequest,
        context: ServerContext
    ) async throws -> PipedGetDeploymentPluginMetadataResponse {
        var response = PipedGetDeploymentPluginMetadataResponse()
        let pairs = try change { state throws(Refusal) in
            try state.metadata.plugin(request.pluginName, of: request.deploymentID)
        }
        (response.value, response.found) = (pairs[request.key] ?? "", pairs[request.key] != nil)
        return response
    }

    func putDeploymentPluginMetadata(
        request: PipedPutDeploymentPluginMetadataRequest,
        context: ServerContext
    ) async throws -> PipedPutDeploymentPluginMetadataResponse {
        try change { state throws(Refusal) in
            try state.put([request.key: request.value], plugin: request.pluginName, of: request.deploymentID)
        }
        return PipedPutDeploymentPluginMetadataResponse()
    }

    func putDeploymentPluginMetadataMulti(
        request: PipedPutDeploymentPluginMetadataMultiRequest,
        context: ServerContext
    ) async throws -> PipedPutDeploymentPluginMetadataMultiResponse {
        try change { state throws(Refusal) in
            try state.put(request.metadata, plugin: request.pluginName, of: request.deploymentID)
        }
        return PipedPutDeploymentPluginMetadataMultiResponse()
    }

    func getDeploymentSharedMetadata(
        request: PipedGetDeploymentSharedMetadataRequest,
        context: ServerContext
    ) async throws -> PipedGetDeploymentSharedMetadataResponse {
        var response = PipedGetDeploymentSharedMetadataResponse()
        let pairs = try change { state throws(Refusal) in try state.metadata.shared(of: request.deploymentID) }
        (response.value, response.found) = (pairs[request.key] ?? "", pairs[request.key] != nil)
        return response
    }
}
