import ArgumentParser
import FoundationEssentials
import KubernetesAPI
import Rollouts
import Stages

/// What the commands that run or plan stages share: the application, the targets, the connections and Ctrl-C.
struct Session: Sendable {
    let application: Application
    let identity: Application.Identity
    let targets: [DeployTarget]
    let connections: ClusterConnections
    var stop = StopSignal()

    /// Reads what the options name; asks no cluster.
    static func start(application options: ApplicationOptions, targets: TargetOptions) async throws -> Session {
        let application = try options.load()
        return Session(
            application: application,
            identity: await options.identity(of: application),
            targets: try targets.resolve(plugin: options.plugin),
            connections: ClusterConnections(
                engine: HTTPEngine(),
                environment: ProcessInfo.processInfo.environment,
                options: Flotilla.clientOptions
            )
        )
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

    /// A runner on the session's connections.
    func runner(onEvent: @escaping StageEventHandler = { _ in }) -> StageRunner<ContinuousClock> {
        StageRunner(connections: connections, stop: stop, onEvent: onEvent)
    }

    /// Plans every stage without asking a cluster, so that a mistake in a late one shows before the first one starts.
    func check(_ requests: [StageRequest]) async throws {
        var plans: [StagePlan] = []
        for request in requests {
            plans.append(try await runner().plan(request.offline, after: plans))
        }
    }

    /// Runs stages one after the other until one does not succeed, showing progress.
    ///
    /// Ctrl-C once ends the run after the objects that are being written; twice ends the process at once.
    /// Every stage that has ended is told to `afterEach`.
    func run(
        _ requests: [StageRequest],
        afterEach: @escaping @Sendable (StageReport) -> Void = { _ in }
    ) async -> RunReport {
        let progress = makeProgress(stages: requests.map(\.stage.text), targets: targets.map(\.name))
        let reports = await withInterrupt(stop) {
            let runner = runner { progress.show($0) }
            var reports: [StageReport] = []
            for request in requests {
                let report = await runner.run(request)
                reports.append(report)
                afterEach(report)
                if report.outcome != .succeeded { break }
            }
            return reports
        }
        return RunReport(stages: reports, notReached: requests.dropFirst(reports.count).map(\.stage.text))
    }
}
