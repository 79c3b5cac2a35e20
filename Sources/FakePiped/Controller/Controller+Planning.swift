import FoundationEssentials
import GRPCCore
package import PipedAPI

/// Planning a deployment.
extension Controller {
    /// Plans a deployment of a commit.
    ///
    /// - Parameters:
    ///   - commit: What is to be deployed.
    ///   - application: Where it belongs.
    ///   - commander: The user who asked for it; empty for a commit that was pushed.
    ///   - strategy: What the user wants; by default piped decides.
    /// - Returns: The deployment, planned or failed.
    /// - Throws: `Crash` when the real piped would not come to an end.
    package func plan(
        _ commit: SourceCommit,
        of application: RegisteredApplication,
        commander: String = "",
        strategy: PipedSyncStrategy = .auto
    ) async throws -> PipedDeployment {
        var deployment = create(commit, application)
        deployment.trigger.commander = commander
        deployment.trigger.syncStrategy = strategy
        let pending = deployment
        piped.update { state in
            state.deployments[pending.id] = pending
            state.triggered[pending.id] = commit
            state.applications[pending.id] = application
            state.metadata.open(pending)
            state.journal.append("deployment PENDING")
        }
        defer { piped.update { $0.metadata.close(pending.id) } }
        let running = piped.state.succeeded[application.id]
        deployment.runningCommitHash = running?.hash ?? ""
        do {
            try await SourceCopies.with(of: application) { copies in
                var input = PipedPlanPluginInput()
                input.deployment = pending
                input.targetDeploymentSource = try await copies.make(commit)
                if let running { input.runningDeploymentSource = try await copies.make(running) }
                try await fill(&deployment, input)
            }
        } catch let refusal as Refusal {
            piped.note("warning: \(refusal.message)")
            set(.deploymentFailure, "unable to plan", of: pending.id)
            return piped.state.deployments[pending.id] ?? pending
        }
        for stage in deployment.stages {
            // The control plane refuses the whole plan; piped gives up after some tries and comes back after an hour.
            if let problem = Validation.problem(in: stage) {
                throw piped.crash("the plan is refused, the deployment stays pending: \(stage.name): \(problem)")
            }
        }
        deployment.status = .deploymentPlanned
        let planned = deployment
        piped.update { state in
            state.deployments[planned.id]?.merge(planned)
            state.journal.append("deployment PLANNED")
        }
        return piped.state.deployments[planned.id] ?? planned
    }

    /// Versions, strategy and stages.
    private func fill(_ deployment: inout PipedDeployment, _ input: PipedPlanPluginInput) async throws {
        let file = try ApplicationFile(input.targetDeploymentSource.applicationConfig)
        let participants = try participants(file)
        deployment.versions = await versions(participants, input)
        let decision = try await strategy(file, participants, input)
        deployment.trigger.syncStrategy = decision.strategy
        deployment.summary = decision.summary
        switch decision.strategy {
        case .pipeline: deployment.stages = try await buildPipeline(file, participants, deployment.id)
        case .quickSync: deployment.stages = try await buildQuickSync(file, participants, deployment.id)
        case .auto, .UNRECOGNIZED: throw Refusal(.unknown, "no plugin decided on a strategy")
        }
        guard !deployment.stages.isEmpty else { throw Refusal(.unknown, "no stage was planned") }
    }

    /// Asks every plugin; one that fails is only warned of.
    private func versions(_ participants: [PluginConnection], _ input: PipedPlanPluginInput) async
        -> [PipedArtifactVersion]
    {
        var versions: [PipedArtifactVersion] = []
        for plugin in participants {
            note(plugin, "DetermineVersions")
            var request = PipedDetermineVersionsRequest()
            request.input = input
            do {
                versions += try await plugin.deployment.determineVersions(request, options: PluginConnection.options)
                    .versions
            } catch {
                piped.note("warning: \(plugin.name) DetermineVersions: \(error)")
            }
        }
        if versions.isEmpty {
            var unknown = PipedArtifactVersion()
            unknown.version = "unknown"
            versions = [unknown]
        }
        return versions
    }

    /// Asks the owners of entries, in any order, each for its own entries only.
    private func buildPipeline(
        _ file: ApplicationFile,
        _ participants: [PluginConnection],
        _ deployment: String
    ) async throws -> [PipedPipelineStage] {
        var stages: [PipedPipelineStage] = []
        for plugin in participants.shuffled() {
            var request = PipedBuildPipelineSyncStagesRequest()
            request.rollback = file.autoRollback
            for (index, entry) in file.stages.enumerated() where owners[entry.name]?.name == plugin.name {
                var stage = PipedBuildPipelineSyncStagesRequest.StageConfig()
                (stage.name, stage.desc, stage.index) = (entry.name, entry.description, Int32(index))
                stage.config = ApplicationFile.options(entry)
                request.stages.append(stage)
            }
            note(plugin, "BuildPipelineSyncStages")
            let request1 = request
            let answer = try await answered {
                try await plugin.deployment.buildPipelineSyncStages(request1, options: PluginConnection.options)
            }
            try StagePlan.validateIndexes(answer.stages, requested: request.stages.map(\.index))
            stages += answer.stages
        }
        return StagePlan.pipeline(stages, deployment: deployment)
    }

    private func buildQuickSync(
        _ file: ApplicationFile,
        _ participants: [PluginConnection],
        _ deployment: String
    ) async throws -> [PipedPipelineStage] {
        var stages: [PipedPipelineStage] = []
        for plugin in participants {
            var request = PipedBuildQuickSyncStagesRequest()
            request.rollback = file.autoRollback
            note(plugin, "BuildQuickSyncStages")
            let request1 = request
            stages += try await answered {
                try await plugin.deployment.buildQuickSyncStages(request1, options: PluginConnection.options).stages
            }
        }
        return StagePlan.quickSync(stages, deployment: deployment)
    }
}
