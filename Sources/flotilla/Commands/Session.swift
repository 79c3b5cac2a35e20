import ArgumentParser
import FoundationEssentials
import KubernetesAPI
import ManifestSources
import Rollouts
import Stages

/// What the commands that run or plan stages share: the application, the targets, the connections and Ctrl-C.
struct Session: Sendable {
    let application: Application
    var identity: Application.Identity
    let targets: [DeployTarget]
    let connections: ClusterConnections
    var manifests = ManifestLoader()
    var stop = StopSignal()

    /// Reads what the options name; asks no cluster.
    static func start(
        application options: ApplicationOptions,
        targets: TargetOptions,
        tools: ToolOptions
    ) async throws -> Session {
        let application = try options.load()
        return Session(
            application: application,
            identity: await options.identity(of: application),
            targets: try targets.resolve(plugin: options.plugin),
            connections: ClusterConnections(
                engine: HTTPEngine(),
                environment: ProcessInfo.processInfo.environment,
                options: Flotilla.clientOptions
            ),
            manifests: try tools.loader(targets: targets.targets, plugin: options.plugin)
        )
    }

    /// The targets that the application is deployed to, in the order of its file.
    ///
    /// - Throws: `RolloutError` when there are none.
    func selectedTargets() throws -> [DeployTarget] {
        let registered = targets.map { TargetSelection.Registered($0.name, labels: $0.labels) }
        let input = application.configuration.plugin.input
        let names = try TargetSelection(registered: registered, input: input).entries.map(\.name)
        return names.compactMap { name in targets.first { $0.name == name } }
    }

    /// A request for one stage on the session's targets.
    func request(_ stage: StageName, _ options: StageOptions, running: RunningVersion? = nil) -> StageRequest {
        StageRequest(
            stage: stage,
            options: options,
            application: application,
            identity: identity,
            targets: targets,
            running: running
        )
    }

    /// A runner on the session's connections, for plans.
    func runner() -> StageRunner<ContinuousClock> {
        StageRunner(connections: connections, manifests: manifests, stop: stop)
    }

    /// What each of several stages would do after the ones before it; a mistake names the stage.
    ///
    /// - Parameters:
    ///   - requests: The stages in order.
    ///   - asks: Whether the clusters are sent every write as a dry run.
    /// - Returns: What they would do.
    /// - Throws: `ApplicationError` with every reason why one of them cannot be planned.
    func forecasts(of requests: [StageRequest], asking asks: Bool) async throws -> [StageForecast] {
        var forecasts: [StageForecast] = []
        for request in requests {
            do {
                forecasts.append(try await runner().forecast(request, after: forecasts, asking: asks))
            } catch {
                let lines = "\(error)".split(separator: "\n")
                throw ApplicationError(problems: lines.map { "\(request.stage.text): \($0)" })
            }
        }
        return forecasts
    }

    /// Plans every stage without asking a cluster, so that a mistake in a late one shows before the first one starts.
    func check(_ requests: [StageRequest]) async throws {
        _ = try await forecasts(of: requests.map(\.offline), asking: false)
    }

    /// Why a failure could not be rolled back, as far as shows without asking a cluster; `nil` when nothing shows.
    func obstacle(to plan: DeploymentPlan, running: KnownVersion) async -> String? {
        if let obstacle = running.obstacle { return obstacle }
        guard let rollback = plan.rollback else { return nil }
        do {
            _ = try await runner().plan(rollback.offline)
            return nil
        } catch {
            return "\(error)".split(separator: "\n").joined(separator: "; ")
        }
    }

    /// Runs a deployment, showing progress, while nobody else runs the same application on any of its clusters.
    ///
    /// Ctrl-C once ends the run after the objects that are being written; twice ends the process at once.
    ///
    /// - Parameters:
    ///   - deployment: The stages.
    ///   - record: Where the run is written down, and what an earlier process has done of it.
    ///   - onEvent: Receives what happens, from several tasks at once.
    /// - Returns: What the stages did, those of an earlier process included.
    /// - Throws: `LeaseRefusal` when somebody else runs the application; a new run then leaves no journal.
    func run(
        _ deployment: Deployment,
        _ record: RunRecord? = nil,
        onEvent: @escaping DeploymentEventHandler = { _ in }
    ) async throws -> DeploymentReport {
        let progress = makeProgress(for: deployment, after: record?.progress)
        let recorder = record.map {
            JournalRecorder($0.journal, after: $0.progress) { Console.error("warning: \($0)") }
        }
        let tell: DeploymentEventHandler = { event in
            recorder?.record(event)
            progress.show(event)
            onEvent(event)
        }
        let lease = await ApplicationLease(
            of: deployment,
            for: LeaseHolder(run: record?.header.run ?? RunID.make(at: .now)),
            connections: connections,
            manifests: manifests
        )
        do {
            return try await progress.drawing {
                try await withInterrupt(stop) {
                    try await lease.hold(stop: stop, onNote: { tell(.note(target: $0, $1)) }) {
                        if record?.progress != nil { recorder?.resume() }
                        let run = DeploymentRun(
                            deployment,
                            connections: connections,
                            manifests: manifests,
                            stop: stop,
                            onEvent: tell
                        )
                        let report = await run.run(after: record?.progress)
                        recorder?.finish(report)
                        return report
                    }
                }
            }
        } catch let refusal as LeaseRefusal {
            if let record, record.progress == nil { record.journal.remove() }
            throw refusal
        }
    }
}
