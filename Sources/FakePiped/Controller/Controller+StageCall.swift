import GRPCCore
import PipedAPI

/// What the stages of one run share.
struct StageRun: Sendable {
    /// The deployment as it was when the run began; stages see no newer one.
    let snapshot: PipedDeployment
    let file: ApplicationFile
    let commit: SourceCommit
    let running: SourceCommit?
    let copies: SourceCopies
}

/// How a stage came to its end.
enum StageEnd: Sendable {
    case ended(PipedStageStatus)
    /// Piped itself ends.
    case interrupted
}

/// Calling a plugin to run a stage, without a deadline, until it answers or piped loses interest.
extension Controller {
    private enum Event: Sendable {
        case answered(PipedStageStatus)
        case interrupted
    }

    func call(_ plugin: PluginConnection, _ request: PipedExecuteStageRequest) async throws -> StageEnd {
        let (deployment, stage) = (request.input.deployment.id, request.input.stage)
        let event = await withTaskGroup(of: Event.self) { group in
            group.addTask {
                do {
                    let answer = try await plugin.deployment.executeStage(request, options: PluginConnection.options)
                    return .answered(answer.status)
                } catch {
                    // A call that piped cancels itself is over before this counts.
                    piped.note("warning: \(plugin.name) ExecuteStage \(stage.name): \(error)")
                    return .answered(.stageFailure)
                }
            }
            group.addTask {
                await piped.wait { state in
                    guard let interruption = state.interruptions[deployment] else { return false }
                    return interruption.counts(for: stage)
                }
                return Task.isCancelled ? .answered(.stageFailure) : .interrupted
            }
            let first = await group.next() ?? .interrupted
            group.cancelAll()
            return first
        }
        // Commands count as handled once a forward stage returns, whatever came of it.
        if !stage.rollback { handleCommands(deployment, stage.id) }
        switch event {
        case .interrupted:
            return interruption(of: stage, deployment) ?? .interrupted
        case .answered(let status):
            guard
                (PipedStageStatus.stageSuccess.rawValue...PipedStageStatus.stageExited.rawValue)
                    .contains(status.rawValue)
            else { return .ended(status) }
            set(stage, status, of: deployment)
            return .ended(status)
        }
    }

    /// What an interruption makes of a stage, `nil` when there is none.
    ///
    /// Whatever the cause, the stage is cancelled; killed, piped records nothing at all.
    func interruption(of stage: PipedPipelineStage, _ deployment: String) -> StageEnd? {
        let taken = piped.update { state -> Interruption? in
            guard let interruption = state.interruptions[deployment], interruption.counts(for: stage) else {
                return nil
            }
            state.interruptions[deployment] = nil
            return interruption
        }
        guard let taken else { return nil }
        if taken == .killed { return .interrupted }
        set(stage, .stageCancelled, of: deployment)
        return taken == .shutdown ? .interrupted : .ended(.stageCancelled)
    }

    /// Gives a stage another status.
    func set(_ stage: PipedPipelineStage, _ status: PipedStageStatus, of deployment: String) {
        piped.update { state in
            if let place = state.deployments[deployment]?.stages.firstIndex(where: { $0.id == stage.id }) {
                state.deployments[deployment]?.stages[place].status = status
                state.deployments[deployment]?.stages[place].requires = stage.requires
            }
            state.journal.append("stage \(stage.name) \(status.word)")
        }
    }

    private func handleCommands(_ deployment: String, _ stage: String) {
        piped.update { state in
            for place in state.commands.indices
            where state.commands[place].deploymentID == deployment && state.commands[place].stageID == stage {
                state.commands[place].status = .commandSucceeded
            }
        }
    }
}

extension Interruption {
    /// Whether it ends a stage: no limit holds for rollback stages, and users cannot cancel them.
    func counts(for stage: PipedPipelineStage) -> Bool {
        switch self {
        case .cancelled, .timeLimit: !stage.rollback
        case .shutdown, .killed: true
        }
    }
}
