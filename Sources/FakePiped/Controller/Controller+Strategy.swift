import GRPCCore
import PipedAPI

/// How the strategy of a deployment is chosen.
extension Controller {
    /// A strategy and the reason for it.
    struct Decision: Sendable {
        let strategy: PipedSyncStrategy
        let summary: String
    }

    /// Goes through piped's rules in order; the first that fits decides, and only if none does are plugins asked.
    func strategy(
        _ file: ApplicationFile,
        _ participants: [PluginConnection],
        _ input: PipedPlanPluginInput
    ) async throws -> Decision {
        let trigger = input.deployment.trigger
        if trigger.syncStrategy != .auto {
            return Decision(strategy: trigger.syncStrategy, summary: trigger.strategySummary)
        }
        if file.stages.isEmpty { return Decision(strategy: .quickSync, summary: "no pipeline is configured") }
        if file.alwaysUsePipeline { return Decision(strategy: .pipeline, summary: "alwaysUsePipeline is set") }
        if trigger.commander.isEmpty {
            let message = trigger.commit.message
            if ApplicationFile.matches(file.pipelineMatcher, message) {
                return Decision(strategy: .pipeline, summary: "the commit message asks for the pipeline")
            }
            if ApplicationFile.matches(file.quickSyncMatcher, message) {
                return Decision(strategy: .quickSync, summary: "the commit message asks for a quick sync")
            }
        }
        if !input.hasRunningDeploymentSource {
            return Decision(strategy: .quickSync, summary: "nothing was deployed so far")
        }
        return await vote(participants, input)
    }

    /// The first vote for the pipeline decides; otherwise the last valid vote does.
    private func vote(_ participants: [PluginConnection], _ input: PipedPlanPluginInput) async -> Decision {
        var decision = Decision(strategy: .auto, summary: "")
        for plugin in participants {
            note(plugin, "DetermineStrategy")
            var request = PipedDetermineStrategyRequest()
            request.input = input
            do {
                let answer = try await plugin.deployment.determineStrategy(request, options: PluginConnection.options)
                if answer.unsupported { continue }
                decision = Decision(strategy: answer.syncStrategy, summary: answer.summary)
                if answer.syncStrategy == .pipeline { break }
            } catch {
                piped.note("warning: \(plugin.name) DetermineStrategy: \(error)")
            }
        }
        return decision
    }

    /// Gives an answer, or the error of the plugin as a refusal, which fails the plan.
    func answered<Answer>(_ call: () async throws -> Answer) async throws(Refusal) -> Answer {
        do {
            return try await call()
        } catch let error as RPCError {
            throw Refusal(error.code, error.message)
        } catch {
            throw Refusal(.unknown, "\(error)")
        }
    }

    /// A deployment that waits to be planned.
    func create(_ commit: SourceCommit, _ application: RegisteredApplication) -> PipedDeployment {
        var deployment = PipedDeployment()
        deployment.id = "d\(piped.state.deployments.count + 1)"
        (deployment.applicationID, deployment.applicationName) = (application.id, application.name)
        (deployment.pipedID, deployment.projectID) = (Self.pipedID, Self.projectID)
        deployment.gitPath.repo.id = "repo-1"
        deployment.gitPath.repo.remote = "git@github.com:org/repo.git"
        deployment.gitPath.repo.branch = "main"
        (deployment.gitPath.path, deployment.gitPath.configFilename) = (application.path, application.configFilename)
        deployment.labels = application.labels
        for (plugin, names) in application.deployTargets where !names.isEmpty {
            deployment.deployTargetsByPlugin[plugin, default: .init()].deployTargets = names
        }
        deployment.trigger.commit.hash = commit.hash
        deployment.trigger.commit.message = commit.message
        deployment.trigger.commit.author = "ann"
        deployment.trigger.commit.branch = "main"
        deployment.trigger.commit.createdAt = Self.now
        deployment.trigger.timestamp = Self.now
        (deployment.createdAt, deployment.updatedAt) = (Self.now, Self.now)
        return deployment
    }
}

extension PipedDeployment {
    /// Takes over what planning decided.
    mutating func merge(_ planned: PipedDeployment) {
        versions = planned.versions
        summary = planned.summary
        trigger.syncStrategy = planned.trigger.syncStrategy
        runningCommitHash = planned.runningCommitHash
        stages = planned.stages
        status = planned.status
    }
}
