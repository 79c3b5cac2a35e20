package import ManifestSources
import Rollouts

/// Runs the stages of a deployment one after the other until one does not succeed, and then rolls back.
///
/// It goes on from what an earlier process has done: a stage that is over is not run again, and a target that a stage
/// has succeeded on is not touched again by it. What a stage does is in `StageRunner`.
package struct DeploymentRun<C: Clock<Duration>>: Sendable {
    private let deployment: Deployment
    private let connections: ClusterConnections
    private let manifests: ManifestLoader
    private let stop: StopSignal
    private let clock: C
    private let onEvent: DeploymentEventHandler

    /// A run.
    ///
    /// - Parameters:
    ///   - deployment: What to run.
    ///   - connections: The clients of the clusters.
    ///   - manifests: What loads the manifests.
    ///   - stop: Ends the run between two objects; what it ends is not rolled back.
    ///   - clock: Measures the deadlines of readiness.
    ///   - onEvent: Receives what happens, from several tasks at once.
    package init(
        _ deployment: Deployment,
        connections: ClusterConnections,
        manifests: ManifestLoader = ManifestLoader(),
        stop: StopSignal = StopSignal(),
        clock: C = ContinuousClock(),
        onEvent: @escaping DeploymentEventHandler = { _ in }
    ) {
        self.deployment = deployment
        self.connections = connections
        self.manifests = manifests
        self.stop = stop
        self.clock = clock
        self.onEvent = onEvent
    }

    /// Runs what an earlier process has left to do; without one, everything.
    package func run(after progress: RunProgress? = nil) async -> DeploymentReport {
        var reports: [StageReport] = []
        for (number, request) in deployment.stages.enumerated() {
            let report = await run(request, number, after: progress?.stages[number])
            reports.append(report)
            if report.outcome != .succeeded { break }
        }
        let rollback = await rollBack(after: reports.last, progress?.stages[deployment.stages.count])
        let isDone = reports.last?.outcome == .succeeded || rollback?.outcome == .succeeded
        return DeploymentReport(
            stages: reports,
            notReached: deployment.stages.dropFirst(reports.count).map(\.stage.text),
            rollback: rollback,
            isInterrupted: stop.isRequested && !isDone
        )
    }

    private func run(
        _ request: StageRequest,
        _ number: Int,
        after earlier: RunProgress.StageProgress?
    ) async -> StageReport {
        let order = request.selectedTargets
        if let earlier, earlier.isOver { return earlier.report(order: order) }
        let done = earlier?.done ?? [:]
        onEvent(.stageStarted(stage: number, name: request.stage.text))
        let runner = StageRunner(
            connections: connections,
            manifests: manifests,
            stop: stop,
            clock: clock
        ) { [onEvent] event in onEvent(.target(stage: number, event)) }
        var rest = request
        rest.finished = Set(done.keys)
        let report = await runner.run(rest).adding(done, order: order)
        onEvent(.stageFinished(stage: number, report, isStopped: stop.isRequested))
        return report
    }

    /// Rolls back after a stage that has failed by itself.
    ///
    /// - Returns: What that did, or why it is not possible; `nil` when it is not to be done.
    private func rollBack(after last: StageReport?, _ earlier: RunProgress.StageProgress?) async -> StageReport? {
        guard let last, last.outcome != .succeeded, last.outcome != .cancelled, !stop.isRequested else { return nil }
        switch deployment.rollback {
        case .notWanted: return nil
        case .notPossible(let name, let why): return StageReport(stage: name, problems: [why])
        case .stage(let request): return await run(request, deployment.stages.count, after: earlier)
        }
    }
}

extension StageReport {
    /// The report with those of targets that were done earlier, in an order of names.
    fileprivate func adding(_ done: [String: TargetReport], order: [String]) -> StageReport {
        guard !done.isEmpty else { return self }
        let now = Dictionary(targets.map { ($0.target, $0) }) { $1 }
        return StageReport(
            stage: stage,
            targets: order.compactMap { now[$0] ?? done[$0] },
            problems: problems
        )
    }
}
