package import ManifestSources
package import Rollouts

/// What is to be run: stages one after the other, and what is done when one fails.
package struct Deployment: Sendable {
    /// What is done when a stage fails.
    package enum Rollback: Sendable {
        /// This stage is run.
        case stage(StageRequest)
        /// Nothing, as the application file says.
        case notWanted
        /// Nothing, although the application file wants it; why.
        case notPossible(name: String, String)
    }

    /// How the version is deployed.
    package let strategy: Strategy
    /// The stages in order.
    package let stages: [StageRequest]
    /// What is done when one of them fails.
    package let rollback: Rollback

    package init(strategy: Strategy = .pipeline, stages: [StageRequest], rollback: Rollback = .notWanted) {
        self.strategy = strategy
        self.stages = stages
        self.rollback = rollback
    }

    /// The stages, and the one for rolling back when there is one.
    package var requests: [StageRequest] {
        guard case .stage(let request) = rollback else { return stages }
        return stages + [request]
    }

    /// The targets that any of the stages runs on, in their order.
    ///
    /// A stage whose targets cannot be chosen has none: its own report says why.
    package var targets: [DeployTarget] {
        let names = Set(requests.flatMap(\.selectedTargets))
        return stages.first?.targets.filter { names.contains($0.name) } ?? []
    }

    /// What the journal of a run begins with.
    ///
    /// - Parameters:
    ///   - run: The name of the run.
    ///   - manifests: What loads the manifests.
    /// - Returns: The header, without what only clusters know.
    /// - Throws: What the manifests cannot be loaded for.
    package func header(run: RunID, manifests: ManifestLoader = ManifestLoader()) async throws -> RunHeader {
        let identity = stages.first?.identity
        var header = RunHeader(
            run: run,
            application: identity?.application ?? "",
            commit: identity?.commit ?? "",
            running: stages.first?.running?.commit,
            strategy: strategy,
            stages: stages.map(\.stage.text),
            targets: targets.map(\.name),
            digest: try await RunDigest.digest(of: requests, manifests)
        )
        if case .stage = rollback { header.rollsBack = true } else { header.rollsBack = false }
        return header
    }
}

extension Deployment {
    /// The deployment that a plan decided on.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - obstacle: Why nothing could be rolled back, `nil` when it could.
    package init(_ plan: DeploymentPlan, obstacle: String?) {
        let rollback = plan.rollback.map { request in
            obstacle.map { Rollback.notPossible(name: request.stage.text, $0) } ?? .stage(request)
        }
        self.init(strategy: plan.decision.strategy, stages: plan.requests, rollback: rollback ?? .notWanted)
    }
}
