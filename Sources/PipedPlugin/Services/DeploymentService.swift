package import GRPCCore
package import PipedAPI
import Rollouts

/// The service of piped that plans deployments and runs their stages.
package struct DeploymentService: PipedDeploymentService.SimpleServiceProtocol {
    private let plugin: Plugin

    package init(_ plugin: Plugin) {
        self.plugin = plugin
    }

    package func fetchDefinedStages(
        request: PipedFetchDefinedStagesRequest,
        context: ServerContext
    ) async throws -> PipedFetchDefinedStagesResponse {
        var response = PipedFetchDefinedStagesResponse()
        response.stages = []
        return response
    }

    package func determineVersions(
        request: PipedDetermineVersionsRequest,
        context: ServerContext
    ) async throws -> PipedDetermineVersionsResponse {
        PipedDetermineVersionsResponse()
    }

    package func determineStrategy(
        request: PipedDetermineStrategyRequest,
        context: ServerContext
    ) async throws -> PipedDetermineStrategyResponse {
        PipedDetermineStrategyResponse()
    }

    package func buildPipelineSyncStages(
        request: PipedBuildPipelineSyncStagesRequest,
        context: ServerContext
    ) async throws -> PipedBuildPipelineSyncStagesResponse {
        PipedBuildPipelineSyncStagesResponse()
    }

    package func buildQuickSyncStages(
        request: PipedBuildQuickSyncStagesRequest,
        context: ServerContext
    ) async throws -> PipedBuildQuickSyncStagesResponse {
        PipedBuildQuickSyncStagesResponse()
    }

    package func executeStage(
        request: PipedExecuteStageRequest,
        context: ServerContext
    ) async throws -> PipedExecuteStageResponse {
        PipedExecuteStageResponse()
    }
}
