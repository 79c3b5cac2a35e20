package import ManifestSources
import KubernetesAPI
import Manifests
package import Rollouts

/// What a deployment of a new version would do in each cluster, when the clusters answer soon.
///
/// Every write is sent as a dry run. A target is asked for itself: one that does not answer says nothing of the others.
package struct LivePreview<C: Clock<Duration>>: Sendable {
    private let planning: DeploymentPlanning
    private let runner: StageRunner<C>
    private let clock: C
    private let limit: Duration

    /// A preview.
    ///
    /// - Parameters:
    ///   - planning: What decides on the stages.
    ///   - connections: The clients of the clusters.
    ///   - manifests: What loads the manifests.
    ///   - limit: How long all clusters together may take.
    ///   - clock: Measures that.
    package init(
        of planning: DeploymentPlanning,
        connections: ClusterConnections,
        manifests: ManifestLoader,
        limit: Duration,
        clock: C = ContinuousClock()
    ) {
        self.planning = planning
        self.limit = limit
        self.clock = clock
        runner = StageRunner(connections: connections, manifests: manifests, clock: clock)
    }

    /// What is foretold for each of the targets, by name.
    ///
    /// - Parameter names: The targets to ask.
    /// - Returns: An outcome for each of them.
    package func outcomes(on names: [String]) async -> [String: LiveOutcome] {
        guard !names.isEmpty else { return [:] }
        let plan: DeploymentPlan
        do {
            plan = try await planning.plan()
        } catch {
            return Dictionary(names.map { ($0, LiveOutcome.failing(Self.line(of: error))) }) { first, _ in first }
        }
        let end = clock.now.advanced(by: limit)
        let answers = await concurrently(names, atOnce: Self.atOnce) { name in
            await within(clock.now.duration(to: end), by: clock) { await outcome(of: plan, on: name) }
        }
        return zip(names, answers).reduce(into: [:]) { outcomes, answer in
            outcomes[answer.0] = (answer.1 ?? nil) ?? .silent("no answer within \(limit.text)")
        }
    }

    private static var atOnce: Int { 64 }

    private func outcome(of plan: DeploymentPlan, on name: String) async -> LiveOutcome {
        var stages: [StageForecast] = []
        for var request in plan.requests {
            request.finished = Set(request.targets.map(\.name)).subtracting([name])
            do {
                let planned = try await runner.plans(request, after: stages)
                for failure in planned.compactMap(\.failure) { throw failure }
                let next = StagePlan(stage: request.stage.text, clusters: planned.compactMap(\.plan))
                let answers = try await runner.dryRun(next, of: request, after: stages)
                if let silence = answers.lazy.compactMap(\.silence).first { return .silent(silence) }
                stages.append(StageForecast(plan: next, answers: answers))
            } catch  where error.hasNoAnswer {
                return .silent(Self.line(of: error))
            } catch {
                return .failing("\(request.stage.text): \(Self.line(of: error))")
            }
        }
        return .foretold(plan.decision.strategy, stages)
    }

    private static func line(of error: any Error) -> String {
        "\(error)".split(separator: "\n").joined(separator: "; ").inOneLine(limit: 1000)
    }
}

/// What is known of one cluster in a preview.
package enum LiveOutcome: Sendable {
    /// What the stages of a deployment by this strategy would do.
    case foretold(Strategy, [StageForecast])
    /// Why a deployment would fail there before it writes anything.
    case failing(String)
    /// The cluster gives no answer, and why.
    case silent(String)
}
