package import GRPCCore
package import PipedAPI
import Rollouts
import Stages

/// The service of piped that plans deployments and runs their stages.
///
/// Planning goes on in `PlanningCall` and `StageConfigs`, running in `StageExecution`.
package struct DeploymentService: PipedDeploymentService.SimpleServiceProtocol {
    let plugin: Plugin
    /// How long a stage may go on after its call was cancelled; `StopTimes` says how long when the process is to stop.
    ///
    /// An object that is being written is finished in that time, unless its cluster gives no answer; then the request is
    /// aborted, because a rollback waits for the stage to end.
    let patience: Duration

    /// The service of a plugin.
    package init(_ plugin: Plugin, patience: Duration = .seconds(15)) {
        self.plugin = plugin
        self.patience = patience
    }

    /// All stage names, of both families.
    package func fetchDefinedStages(
        request: PipedFetchDefinedStagesRequest,
        context: ServerContext
    ) async throws -> PipedFetchDefinedStagesResponse {
        var response = PipedFetchDefinedStagesResponse()
        response.stages = StageName.declared.map(\.text)
        return response
    }

    /// The images of the new version.
    package func determineVersions(
        request: PipedDetermineVersionsRequest,
        context: ServerContext
    ) async throws -> PipedDetermineVersionsResponse {
        let call = PlanningCall(plugin: plugin, input: request.input)
        var response = PipedDetermineVersionsResponse()
        response.versions = try await answering { stop in
            try await call.versions(stop).map(PipedArtifactVersion.init)
        }
        return response
    }

    /// Whether what has changed calls for the pipeline, and why.
    package func determineStrategy(
        request: PipedDetermineStrategyRequest,
        context: ServerContext
    ) async throws -> PipedDetermineStrategyResponse {
        let call = PlanningCall(plugin: plugin, input: request.input)
        let decision = try await answering { stop in try await call.strategy(stop) }
        var response = PipedDetermineStrategyResponse()
        response.syncStrategy = decision.strategy == .pipeline ? .pipeline : .quickSync
        response.summary = decision.text
        return response
    }

    /// The stages of a pipeline, when none of their options is wrong.
    package func buildPipelineSyncStages(
        request: PipedBuildPipelineSyncStagesRequest,
        context: ServerContext
    ) async throws -> PipedBuildPipelineSyncStagesResponse {
        var response = PipedBuildPipelineSyncStagesResponse()
        response.stages = try await answering { _ in
            let stages = try StageConfigs(request.stages).pipeline()
            return try StageList.pipeline(stages, autoRollback: request.rollback).map { PipedPipelineStage($0) }
        }
        return response
    }

    /// The stages of a quick sync.
    package func buildQuickSyncStages(
        request: PipedBuildQuickSyncStagesRequest,
        context: ServerContext
    ) async throws -> PipedBuildQuickSyncStagesResponse {
        var response = PipedBuildQuickSyncStagesResponse()
        // Which application it is piped does not tell, so that the options are not known here; they do not show anyway.
        let stages = StageList.quickSync(spec: PluginSpec(), autoRollback: request.rollback)
        response.stages = stages.map { PipedPipelineStage($0) }
        return response
    }

    /// Runs a stage.
    package func executeStage(
        request: PipedExecuteStageRequest,
        context: ServerContext
    ) async throws -> PipedExecuteStageResponse {
        let input = request.input
        guard !input.deployment.id.isEmpty, !input.stage.id.isEmpty else {
            throw RPCError.invalidRequest("deployment.id and stage.id must not be empty")
        }
        var response = PipedExecuteStageResponse()
        let name = "\(input.stage.name) of \(input.deployment.applicationName)"
        response.status = await plugin.running.during(name) {
            await stopping { stop in await run(input, until: stop) }
        }
        return response
    }

    private func run(_ input: PipedExecutePluginInput, until stop: StopSignal) async -> PipedStageStatus {
        let times = StopTimes(grace: plugin.grace)
        var pace = LogPace.standard
        pace.hurriedEnding = times.log
        return await StageLog.keeping(
            StageAddress(deployment: input.deployment.id, stage: input.stage.id),
            in: plugin.piped,
            ending: LogEnding(stop: stop, shutdown: plugin.shutdown, parent: plugin.parent),
            pace: pace
        ) { log in
            await plugin.shutdown.bounding(to: times.stage, by: ContinuousClock()) {
                await stop.bounding(to: patience, by: ContinuousClock()) {
                    await StageExecution(plugin: plugin, input: input, stop: stop, log: log).run()
                }
            }
        }
    }
}
