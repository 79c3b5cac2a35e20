import FoundationEssentials
import GRPCCore
package import PipedAPI

/// Running the stages of a planned deployment, one after the other.
extension Controller {
    /// Runs a deployment to its end, or takes it up where piped was stopped.
    ///
    /// - Parameter id: The ID of a deployment that is planned, runs or is rolling back.
    /// - Returns: The deployment as it is then; it is not finished when piped was shut down or killed.
    /// - Throws: `Crash` when the real piped would not come to an end.
    package func execute(_ id: String) async throws -> PipedDeployment {
        let state = piped.state
        guard let snapshot = state.deployments[id], let commit = state.triggered[id],
            let application = state.applications[id]
        else { throw Crash(reason: "there is no deployment \(id)") }
        piped.update { $0.metadata.open(snapshot) }
        defer { piped.update { $0.metadata.close(id) } }
        try await SourceCopies.with(of: application) { copies in
            let file = try ApplicationFile(try await copies.make(commit).applicationConfig)
            let run = StageRun(
                snapshot: snapshot,
                file: file,
                commit: commit,
                running: state.succeeded[application.id],
                copies: copies
            )
            try await execute(run)
        }
        return piped.state.deployments[id] ?? snapshot
    }

    private func execute(_ run: StageRun) async throws {
        let id = run.snapshot.id
        var ending = PipedDeploymentStatus.deploymentSuccess
        var reached: String?
        if run.snapshot.status == .deploymentPlanned { set(.deploymentRunning, of: id) }
        forward: for stage in run.snapshot.stages where !stage.rollback {
            reached = stage.id
            switch try await status(of: stage, run) {
            case .ended(.stageSuccess), .ended(.stageSkipped): continue
            case .ended(.stageExited): break forward
            case .ended(.stageCancelled): ending = .deploymentCancelled
            case .ended(.stageFailure): ending = .deploymentFailure
            case .ended(let status):
                set(stage, .stageRunning, of: id)
                throw piped.crash(
                    "stage \(stage.name) ended with \(status.word): the deployment is left alone for an hour"
                )
            case .interrupted: return
            }
            try await rollBack(run, ending, after: reached)
            return
        }
        piped.update { $0.succeeded[run.snapshot.applicationID] = run.commit }
        set(ending, of: id)
    }

    private func rollBack(_ run: StageRun, _ ending: PipedDeploymentStatus, after reached: String?) async throws {
        let id = run.snapshot.id
        let stages = run.snapshot.stages.filter(\.rollback)
        if !stages.isEmpty {
            let name = run.snapshot.stages.first { $0.id == reached }?.name ?? ""
            set(.deploymentRollingBack, "stage \(name) did not end well", of: id)
        }
        for var stage in stages {
            stage.requires = reached.map { [$0] } ?? []
            // What becomes of a rollback stage stops neither the others nor changes the end.
            if case .interrupted = try await perform(stage, run) { return }
        }
        set(ending, of: id)
    }

    /// What a forward stage has come to: known from before, or by running it.
    private func status(of stage: PipedPipelineStage, _ run: StageRun) async throws -> StageEnd {
        switch stage.status {
        case .stageNotStartedYet, .stageRunning: try await perform(stage, run)
        default: .ended(stage.status)
        }
    }

    /// Runs one stage.
    private func perform(_ stage: PipedPipelineStage, _ run: StageRun) async throws -> StageEnd {
        let id = run.snapshot.id
        guard stage.index >= 0 else { throw piped.crash("index out of range [\(stage.index)]") }
        let entry = run.file.stages.indices.contains(Int(stage.index)) ? run.file.stages[Int(stage.index)] : nil
        if let entry, try isSkipped(entry, run) {
            set(stage, .stageSkipped, of: id)
            return .ended(.stageSkipped)
        }
        let isPipeline = run.snapshot.trigger.syncStrategy == .pipeline
        guard let plugin = owners[stage.name], !isPipeline || entry != nil else {
            set(stage, .stageFailure, of: id)
            return .ended(.stageFailure)
        }
        if let end = interruption(of: stage, id) { return end }
        set(stage, .stageRunning, of: id)
        var request = PipedExecuteStageRequest()
        request.input.deployment = run.snapshot
        request.input.stage = stage
        if isPipeline, let entry { request.input.stageConfig = ApplicationFile.options(entry) }
        request.input.targetDeploymentSource = try await run.copies.make(run.commit)
        if let running = run.running { request.input.runningDeploymentSource = try await run.copies.make(running) }
        note(plugin, "ExecuteStage \(stage.name)")
        return try await call(plugin, request)
    }

    /// Skips by the entry at the stage's index; without a running commit the real piped has nothing to compare.
    private func isSkipped(_ entry: ApplicationFile.Stage, _ run: StageRun) throws -> Bool {
        guard !entry.skipPrefixes.isEmpty || !entry.skipPaths.isEmpty else { return false }
        guard run.running != nil else { throw piped.crash("skipOn on a first deployment: nil dereference") }
        guard entry.skipPaths.isEmpty else { throw Crash(reason: "the fake does not model skipOn.paths") }
        return entry.skipPrefixes.contains { run.commit.message.hasPrefix($0) }
    }
}
