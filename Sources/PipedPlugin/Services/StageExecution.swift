import ManifestSources
import PipedAPI
import Rollouts
import Stages

/// One stage that piped asks to run.
///
/// Whatever is wrong with what the user wrote becomes a line of the stage log, which is what the user sees, and a failure.
struct StageExecution: Sendable {
    let plugin: Plugin
    let input: PipedExecutePluginInput
    let stop: StopSignal
    let log: StageLog

    /// Runs the stage, after other stages of the application that still run.
    ///
    /// - Returns: Success, failure, or cancelled when it was stopped before it was done.
    func run() async -> PipedStageStatus {
        let input = StageInput(plugin.settings, input)
        let manifests = ManifestLoader(plugin)
        let prepared: StageInput.Prepared
        do {
            prepared = try input.prepare(with: manifests)
            introduce(prepared)
            try await check(prepared.pipeline)
        } catch {
            return finish(failing: "\(error)".split(separator: "\n").map(String.init))
        }
        let runner = StageRunner(
            connections: plugin.connections,
            manifests: manifests,
            stop: stop,
            onEvent: { log.write(event: $0) }
        )
        let report = await runner.run(prepared.request)
        log.write(report: report, of: prepared.request.options.displayText)
        return status(of: report, prepared)
    }

    /// Refuses a pipeline that would fail half way, with the canary live on some clusters.
    private func check(_ pipeline: DeploymentPlanning?) async throws {
        guard let pipeline else { return }
        do {
            try await stop.aborting { try await pipeline.checkNewTargets() }
        } catch let error where error is CancellationError || stop.isRequested {
            // The run tells of it.
            return
        }
    }

    private func introduce(_ prepared: StageInput.Prepared) {
        let request = prepared.request
        let selected = request.selectedTargets
        let names = (selected.isEmpty ? request.targets.map(\.name) : selected).joined(separator: ", ")
        let application = "\(input.deployment.applicationName) (\(request.identity.application))"
        log.write("\(request.stage) of \(application) at commit \(prepared.commit) on \(names)")
        for source in request.manifestSources { log.write("manifests: \(source)") }
        for note in prepared.notes { log.write(note) }
        for problem in prepared.problems { log.write(problem, .error) }
        if plugin.connections.isBusy(with: request.identity.application) {
            log.write("waiting until the stage of this application that still runs has ended")
        }
    }

    private func finish(failing problems: [String]) -> PipedStageStatus {
        for problem in problems { log.write(problem, .error) }
        return .stageFailure
    }

    private func status(of report: StageReport, _ prepared: StageInput.Prepared) -> PipedStageStatus {
        switch report.outcome {
        case .succeeded:
            return prepared.problems.isEmpty ? .stageSuccess : .stageFailure
        case .cancelled: return cancelled()
        case .failed, .partial: return .stageFailure
        }
    }

    /// The log of a stage that the end of this process cut short goes on with the next one.
    private func cancelled() -> PipedStageStatus {
        log.leaveOpenAtShutdown()
        return .stageCancelled
    }
}

extension ManifestLoader {
    /// A loader for one call: the next one gets its sources somewhere else.
    convenience init(_ plugin: Plugin) {
        let insecure = plugin.settings.configuration.chartRepositories.filter(\.insecure).map(\.name)
        self.init(tools: plugin.tools, insecureRepositories: Set(insecure), charts: plugin.charts)
    }
}
