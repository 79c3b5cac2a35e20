import Manifests
import Rollouts
import Stages

extension Session {
    /// What the stages of a plan leave behind, and what a rollback would do after them; every cluster is asked.
    ///
    /// What cannot be found out is part of the result.
    func outlook(of plan: DeploymentPlan, after stages: [StageForecast], running: KnownVersion) async -> PlanOutlook {
        var outlook = PlanOutlook()
        guard running.version != nil else { return outlook }
        if !plan.requests.contains(where: \.prunes) {
            do {
                let prune = request(StageName(.sync, in: .long), StageOptions(.sync(SyncOptions(prune: true))))
                outlook.stays = grouped(try await runner().plan(prune, after: stages).prunedByTarget)
            } catch {
                outlook.searchFailure = Self.line(of: error)
            }
        }
        if let request = plan.rollback {
            do {
                outlook.rollback = try await runner().forecast(request, after: stages, asking: true)
            } catch {
                outlook.rollbackFailure = Self.line(of: error)
            }
        }
        return outlook
    }

    private func grouped(_ pruned: [(target: String, resources: [ResourceKey])]) -> [(
        targets: [String], resources: [ResourceKey]
    )] {
        var groups: [(targets: [String], resources: [ResourceKey])] = []
        for (target, resources) in pruned where !resources.isEmpty {
            if let index = groups.firstIndex(where: { $0.resources == resources }) {
                groups[index].targets.append(target)
            } else {
                groups.append(([target], resources))
            }
        }
        return groups
    }

    private static func line(of error: any Error) -> String {
        "\(error)".split(separator: "\n").joined(separator: "; ")
    }
}

extension StageRequest {
    /// Whether the stage removes what is no longer in Git.
    fileprivate var prunes: Bool {
        switch options.details {
        case .sync(let options): options.prune
        case .primaryRollout(let options): options.prune
        default: false
        }
    }
}

extension StagePlan {
    /// The objects that the plan prunes, for each target.
    fileprivate var prunedByTarget: [(target: String, resources: [ResourceKey])] {
        clusters.map { cluster in
            (cluster.target, cluster.steps.filter { $0.action == "prune" }.flatMap(\.resources))
        }
    }
}
