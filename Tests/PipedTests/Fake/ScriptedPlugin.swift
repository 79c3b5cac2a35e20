import FakePiped
import GRPCCore
import GRPCListening
import GRPCNIOTransportHTTP2
import KubernetesAPI
import PipedAPI

/// A small plugin in this process whose answers a test chooses.
final class ScriptedPlugin: Sendable {
    /// What the plugin answers.
    struct Script: Sendable {
        var stages: [String]
        var rollback: String?
        var quickSync: String?
        var strategy: PipedSyncStrategy?
        /// Changes the planned stages before they are answered.
        var change: @Sendable (inout [PipedPipelineStage]) -> Void = { _ in }
        var execute: @Sendable (PipedExecuteStageRequest) async throws -> PipedStageStatus = { _ in .stageSuccess }
        var syncState: PipedApplicationSyncState?
        var resources: [PipedResourceState] = []

        init(stages: [String], rollback: String? = nil, quickSync: String? = nil) {
            (self.stages, self.rollback, self.quickSync) = (stages, rollback, quickSync)
        }
    }

    let script: Script
    private let box = Lock<[PipedExecuteStageRequest]>([])

    init(_ script: Script) {
        self.script = script
    }

    /// The stages that were executed, in order.
    var executed: [PipedExecuteStageRequest] { box.withLock { $0 } }

    func note(_ request: PipedExecuteStageRequest) {
        box.withLock { $0.append(request) }
    }

    /// Serves on a free port while a body runs.
    func serving<Result: Sendable>(_ body: (Int) async throws -> Result) async throws -> Result {
        let transport = HTTP2ServerTransport.Posix(
            address: .ipv4(host: "127.0.0.1", port: 0),
            transportSecurity: .plaintext,
            config: .defaults { $0.channelDebuggingCallbacks = .patient }
        )
        let services: [any RegistrableRPCService] = [ScriptedDeployment(plugin: self), ScriptedLivestate(plugin: self)]
        return try await withGRPCServer(transport: transport, services: services) { _ in
            let port = try await transport.listeningAddress.ipv4?.port ?? 0
            return try await body(port)
        }
    }
}

struct ScriptedDeployment: PipedDeploymentService.SimpleServiceProtocol {
    let plugin: ScriptedPlugin

    private var script: ScriptedPlugin.Script { plugin.script }

    func fetchDefinedStages(
        request: PipedFetchDefinedStagesRequest,
        context: ServerContext
    ) async throws -> PipedFetchDefinedStagesResponse {
        var response = PipedFetchDefinedStagesResponse()
        response.stages = script.stages + [script.rollback, script.quickSync].compactMap(\.self)
        return response
    }

    func determineVersions(
        request: PipedDetermineVersionsRequest,
        context: ServerContext
    ) async throws -> PipedDetermineVersionsResponse { PipedDetermineVersionsResponse() }

    func determineStrategy(
        request: PipedDetermineStrategyRequest,
        context: ServerContext
    ) async throws -> PipedDetermineStrategyResponse {
        var response = PipedDetermineStrategyResponse()
        response.unsupported = script.strategy == nil
        response.syncStrategy = script.strategy ?? .auto
        return response
    }

    func buildPipelineSyncStages(
        request: PipedBuildPipelineSyncStagesRequest,
        context: ServerContext
    ) async throws -> PipedBuildPipelineSyncStagesResponse {
        var stages = request.stages.map { stage($0.name, index: $0.index) }
        if request.rollback, let name = script.rollback {
            stages.append(stage(name, index: request.stages.map(\.index).min() ?? 0, rollback: true))
        }
        script.change(&stages)
        var response = PipedBuildPipelineSyncStagesResponse()
        response.stages = stages
        return response
    }

    func buildQuickSyncStages(
        request: PipedBuildQuickSyncStagesRequest,
        context: ServerContext
    ) async throws -> PipedBuildQuickSyncStagesResponse {
        var stages = script.quickSync.map { [stage($0, index: 0)] } ?? []
        if request.rollback, script.quickSync != nil, let name = script.rollback {
            stages.append(stage(name, index: 0, rollback: true))
        }
        script.change(&stages)
        var response = PipedBuildQuickSyncStagesResponse()
        response.stages = stages
        return response
    }

    func executeStage(
        request: PipedExecuteStageRequest,
        context: ServerContext
    ) async throws -> PipedExecuteStageResponse {
        plugin.note(request)
        var response = PipedExecuteStageResponse()
        response.status = try await script.execute(request)
        return response
    }

    private func stage(_ name: String, index: Int32, rollback: Bool = false) -> PipedPipelineStage {
        var stage = PipedPipelineStage()
        (stage.name, stage.index, stage.rollback) = (name, index, rollback)
        (stage.createdAt, stage.updatedAt, stage.availableOperation) = (1_700_000_000, 1_700_000_000, .none)
        return stage
    }
}

struct ScriptedLivestate: PipedLivestateService.SimpleServiceProtocol {
    let plugin: ScriptedPlugin

    func getLivestate(
        request: PipedGetLivestateRequest,
        context: ServerContext
    ) async throws -> PipedGetLivestateResponse {
        var response = PipedGetLivestateResponse()
        if let state = plugin.script.syncState { response.syncState = state }
        response.applicationLiveState.resources = plugin.script.resources
        return response
    }
}
