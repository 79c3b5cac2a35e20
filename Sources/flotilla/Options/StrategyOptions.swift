import ArgumentParser
import Rollouts
import Stages

/// How the new version is deployed, and what that depends on.
struct StrategyOptions: ParsableArguments {
    @Option(
        help: "quickSync or pipeline. Default: what the application file, the commit and the two versions ask for.",
        transform: Self.read
    )
    var strategy: Strategy?

    @Option(help: "The commit message, for commitMatcher. Default: what Git says about the commit.")
    var commitMessage: String?

    /// The same options, which ask for this strategy when they ask for none.
    func asking(for strategy: Strategy?) -> StrategyOptions {
        var options = self
        options.strategy = self.strategy ?? strategy
        return options
    }

    /// Decides on strategy and stages.
    ///
    /// - Throws: What the new version cannot be loaded for, and `ApplicationError` for a pipeline that cannot work.
    func plan(
        _ options: ApplicationOptions,
        in session: Session,
        running: KnownVersion
    ) async throws -> DeploymentPlan {
        let planning = DeploymentPlanning(
            application: session.application,
            identity: session.identity,
            targets: session.targets,
            running: running,
            commitMessage: await message(session.application.configuration.commitMatcher, options),
            requested: strategy,
            manifests: session.manifests
        )
        let plan = try await planning.plan()
        if case .unknown(let why) = running,
            plan.requests.contains(where: { $0.stage.kind.planner.source.isOfRunningVersion })
        {
            throw ApplicationError(problems: [why])
        }
        return plan
    }

    private static func read(_ text: String) throws -> Strategy {
        guard let strategy = Strategy(rawValue: text) else {
            throw ValidationError("--strategy must be quickSync or pipeline, found \"\(text)\"")
        }
        return strategy
    }

    /// The commit message, when there is a pattern that it could match.
    private func message(
        _ matcher: ApplicationConfiguration.CommitMatcher,
        _ options: ApplicationOptions
    ) async -> String? {
        guard matcher.pipeline != nil || matcher.quickSync != nil else { return nil }
        if let commitMessage { return commitMessage }
        return await GitRepository.message(of: options.commit ?? "HEAD", in: options.directory)
    }
}
