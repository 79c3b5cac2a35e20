import GRPCCore
package import PipedAPI

/// What a preview tells about one application.
package struct PlanPreviewReport: Sendable {
    package let strategy: PipedSyncStrategy
    package let results: [PipedPlanPreviewResult]
    /// What went wrong, one line for each plugin.
    package let errors: [String]
}

extension Controller {
    /// Shows what a proposed commit would change.
    ///
    /// The strategy is decided with a deployment that has hardly anything in it.
    ///
    /// - Parameters:
    ///   - commit: The proposal, merged.
    ///   - application: What it touches.
    ///   - timeout: The time for all of it, which plugins get as the deadline.
    /// - Returns: The results of all plugins.
    /// - Throws: `Refusal` when no plugin takes part.
    package func planPreview(
        _ commit: SourceCommit,
        of application: RegisteredApplication,
        timeout: Duration = .seconds(300)
    ) async throws -> PlanPreviewReport {
        var options = PluginConnection.options
        options.timeout = timeout
        let limited = options
        return try await SourceCopies.with(of: application) { copies in
            var input = PipedPlanPluginInput()
            input.deployment.pipedID = Self.pipedID
            input.deployment.applicationID = application.id
            input.deployment.applicationName = application.name
            input.targetDeploymentSource = try await copies.make(commit)
            if let running = piped.state.succeeded[application.id] {
                input.runningDeploymentSource = try await copies.make(running)
            }
            let file = try ApplicationFile(input.targetDeploymentSource.applicationConfig)
            let participants = try participants(file)
            let decision = try await strategy(file, participants, input)
            var (results, errors): ([PipedPlanPreviewResult], [String]) = ([], [])
            for plugin in participants {
                var request = PipedGetPlanPreviewRequest()
                request.pipedID = Self.pipedID
                (request.applicationID, request.applicationName) = (application.id, application.name)
                request.deployTargets = application.deployTargets[plugin.name] ?? []
                request.targetDeploymentSource = input.targetDeploymentSource
                if input.hasRunningDeploymentSource { request.runningDeploymentSource = input.runningDeploymentSource }
                note(plugin, "GetPlanPreview")
                do {
                    results += try await plugin.planPreview.getPlanPreview(request, options: limited).results
                } catch let error as RPCError where error.code == .unimplemented {
                    continue
                } catch {
                    errors.append("\(plugin.name): \(error)")
                }
            }
            return PlanPreviewReport(strategy: decision.strategy, results: results, errors: errors)
        }
    }
}
