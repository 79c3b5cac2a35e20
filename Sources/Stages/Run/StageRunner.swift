import KubernetesAPI
package import ManifestSources
import Manifests
package import Rollouts

/// Runs a stage on its deploy targets: decode, resolve targets, load, plan, execute, report.
///
/// The plugin and the command are two adapters on this type. To see what a stage does go on with `StagePlanner`, to see how
/// a plan is carried out with `PlanExecution`.
package struct StageRunner<C: Clock<Duration>>: Sendable {
    private let connections: ClusterConnections
    let manifests: ManifestLoader
    private let stop: StopSignal
    private let clock: C
    private let patience: Duration?
    private let onEvent: StageEventHandler

    /// A runner.
    ///
    /// - Parameters:
    ///   - connections: The clients of the clusters.
    ///   - manifests: What loads the manifests, the same for all stages of a deployment.
    ///   - stop: Ends the run between two objects.
    ///   - clock: Measures the deadlines of readiness.
    ///   - patience: How long targets that are planned wait for one that keeps silent; `nil` makes them wait for all.
    ///   - onEvent: Receives what happens, from several tasks at once.
    package init(
        connections: ClusterConnections,
        manifests: ManifestLoader = ManifestLoader(),
        stop: StopSignal = StopSignal(),
        clock: C = ContinuousClock(),
        patience: Duration? = .seconds(3),
        onEvent: @escaping StageEventHandler = { _ in }
    ) {
        self.connections = connections
        self.manifests = manifests
        self.stop = stop
        self.clock = clock
        self.patience = patience
        self.onEvent = onEvent
    }

    /// What the stage would do, and writes nothing.
    ///
    /// Earlier stages of the same dry run count as done. It throws an `ApplicationError` with every reason why
    /// a target cannot be planned for.
    package func plan(_ request: StageRequest, after earlier: [StageForecast] = []) async throws -> StagePlan {
        let plans = try await plans(request, after: earlier)
        let problems = plans.compactMap { $0.failure.map { "\($0)" } }
        guard problems.isEmpty else { throw ApplicationError(problems: problems.uniqued()) }
        return StagePlan(stage: request.stage.text, clusters: plans.compactMap(\.plan))
    }

    /// The plan for each target, or why there is none.
    func plans(_ request: StageRequest, after earlier: [StageForecast]) async throws -> [Planned] {
        let prepared = try await prepare(request)
        let clients = clients(of: prepared.map(\.target), for: request)
        return await concurrently(prepared, atOnce: request.spec.concurrency.clusters) { target in
            await planned(target, request: request, with: clients, after: earlier)
        }.compactMap { $0 }
    }

    /// Runs the stage on every target at once, after other stages of the application that still run in this process.
    ///
    /// Input that is wrong touches no cluster on any target, except that what only a cluster knows that kept silent while
    /// the others were planned (see `StageRun`) comes too late to hold them back. A cluster that cannot be reached or that
    /// fails leaves the others running; with the failure policy `failFast` a failure keeps those that have not started from
    /// starting.
    package func run(_ request: StageRequest) async -> StageReport {
        do {
            return try await connections.turns.turn(of: request.identity.application, until: stop) {
                await runNow(request)
            }
        } catch {
            return stopped(request)
        }
    }

    /// The report of a stage that was stopped before it had a plan.
    private func stopped(_ request: StageRequest) -> StageReport {
        let selected = request.selectedTargets
        let left = (selected.isEmpty ? request.targets.map(\.name) : selected).filter { !request.finished.contains($0) }
        let error = "\(StageError(target: nil, .stopped))"
        let reports = left.map { TargetReport(target: $0, outcome: .cancelled, error: error) }
        return StageReport(stage: request.stage.text, targets: reports)
    }

    private func runNow(_ request: StageRequest) async -> StageReport {
        let prepared: [Prepared]
        do {
            prepared = try await prepare(request)
        } catch let error as StageError where error.isStop {
            return stopped(request)
        } catch {
            return StageReport(stage: request.stage.text, problems: "\(error)".split(separator: "\n").map(String.init))
        }
        connections.forgetChanged(among: request.targets)
        let clients = clients(of: prepared.map(\.target), for: request)
        let reports = await StageRun(
            targets: prepared,
            atOnce: request.spec.concurrency.clusters,
            patience: request.stage.kind.planner.needsEveryCluster ? nil : patience,
            clock: clock,
            signsOfLife: { clients.signsOfLife(of: $0.target) },
            plan: { target in
                await tellingWaits(of: target.target, request) {
                    await planned(target, request: request, with: clients, after: [])
                }
            },
            execute: { planned, blockers in
                let report = await tellingWaits(of: planned.target, request) {
                    await execute(planned, blockers: blockers, request: request, with: clients)
                }
                emit(.finished(report), target: planned.target, request: request)
                return report
            },
            isBlocker: { $0.blocksOthers(request.stage.kind) },
            goesOn: { report in
                report.outcome != .failed || request.failurePolicy != .failFast
                    || request.stage.kind.planner.isForEachClusterAlone
            }
        ).reports()
        return StageReport(stage: request.stage.text, targets: reports)
    }

    // MARK: Steps of a run

    /// The targets with their manifests; a stop aborts what renders them.
    private func prepare(_ request: StageRequest) async throws -> [Prepared] {
        let planner = request.stage.kind.planner
        try planner.check(request.options, spec: request.spec)
        let preparation = TargetPreparation(request: request, manifests: manifests)
        do {
            return try await stop.aborting { try await preparation.prepare(with: planner) }
        } catch let error where error is CancellationError || stop.isRequested {
            // A tool that was ended has an error of its own.
            throw StageError(target: nil, .stopped)
        }
    }

    /// The plan of a target, or why there is none; a stop aborts it, since planning writes nothing.
    private func planned(
        _ target: Prepared,
        request: StageRequest,
        with clients: StageClients,
        after earlier: [StageForecast]
    ) async -> Planned {
        emit(.planning, target: target.target, request: request)
        let result = await Result {
            try await stop.aborting { try await plan(target, request: request, with: clients, after: earlier) }
        }
        if case .success(let plan) = result {
            for note in plan.notes { emit(.note(note), target: target.target, request: request) }
            emit(.planned(steps: plan.steps.count), target: target.target, request: request)
        }
        return Planned(target: target.target, result: result)
    }

    private func plan(
        _ prepared: Prepared,
        request: StageRequest,
        with clients: StageClients,
        after earlier: [StageForecast]
    ) async throws -> ClusterPlan {
        if stop.isRequested { throw StageError(target: prepared.target.name, .stopped) }
        let done = earlier.plans(of: prepared.target.name)
        let known = earlier.cluster(of: prepared.target.name)
        var view = try view(of: prepared.target, request: request, with: clients)
        if !done.isEmpty { view = PredictedView(view, after: done, leaving: known) }
        var plan = try await prepared.planner.plan(prepared.input, in: view)
        plan.notes = prepared.notes + plan.notes
        return plan
    }

    /// Runs a body and reports when a cluster makes it wait for a second or more.
    private func tellingWaits<Result>(
        of target: DeployTarget,
        _ request: StageRequest,
        _ body: () async -> Result
    ) async -> Result {
        let tell: @Sendable (APIError, Duration) -> Void = { error, wait in
            guard wait >= .seconds(1) else { return }
            emit(.note("\(error); trying again in \(wait.components.seconds)s"), target: target, request: request)
        }
        return await ClusterClient.$onWait.withValue(tell) { await body() }
    }

    /// The clients of targets, to be taken once for each run.
    func clients(of targets: [DeployTarget], for request: StageRequest) -> StageClients {
        StageClients(of: targets, in: connections, requests: request.spec.concurrency.requests)
    }

    func view(of target: DeployTarget, request: StageRequest, with clients: StageClients) throws -> any ClusterView {
        guard target.access != .offline else { return OfflineView(target: target.name) }
        let client = try clients.client(of: target)
        for warning in client.warnings { emit(.note(warning), target: target, request: request) }
        return LiveView(client)
    }

    private func execute(
        _ planned: Planned,
        blockers: [String],
        request: StageRequest,
        with clients: StageClients
    ) async -> TargetReport {
        let name = planned.target.name
        do {
            let plan = try planned.result.get()
            if stop.isRequested { throw StageError(target: name, .stopped) }
            guard blockers.isEmpty else { throw StageError(target: name, .heldBack(by: blockers)) }
            let restored = request.restoredTraffic(plan)
            return await PlanExecution(
                plan: plan,
                client: try clients.client(of: planned.target),
                application: request.identity.application,
                requests: request.spec.concurrency.requests,
                needsLists: !request.stage.kind.planner.isForEachClusterAlone,
                stop: stop,
                clock: clock,
                report: { kind in
                    emit(kind, target: planned.target, request: request)
                    if let more = restored.event(after: kind) { emit(more, target: planned.target, request: request) }
                }
            ).run()
        } catch {
            let isStop = (error as? StageError)?.isStop == true || error is CancellationError
            return TargetReport(
                target: name,
                outcome: isStop ? .cancelled : .failed,
                error: isStop ? "\(StageError(target: name, .stopped))" : "\(error)",
                left: planned.keys
            )
        }
    }

    private func emit(_ kind: StageEvent.Kind, target: DeployTarget, request: StageRequest) {
        onEvent(StageEvent(stage: request.stage.text, target: target.name, kind: kind))
    }
}

extension StageKind {
    /// The planner of the stage.
    package var planner: any StagePlanner {
        switch self {
        case .sync: SyncStage()
        case .primaryRollout: PrimaryRolloutStage()
        case .canaryRollout: VariantRolloutStage(variant: .canary)
        case .canaryClean: CleanStage(variant: .canary)
        case .baselineRollout: VariantRolloutStage(variant: .baseline)
        case .baselineClean: CleanStage(variant: .baseline)
        case .trafficRouting: TrafficRoutingStage()
        case .rollback: RollbackStage()
        }
    }
}

extension [String] {
    /// The lines without repetitions, in order.
    fileprivate func uniqued() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
