package import ManifestSources
import Manifests
package import Rollouts

/// Decides how a deployment goes: its strategy and its stages.
package struct DeploymentPlanning: Sendable {
    private let application: Application
    private let identity: Application.Identity
    private let targets: [DeployTarget]
    private let running: KnownVersion
    private let commitMessage: String?
    private let requested: Strategy?
    private let manifests: ManifestLoader

    /// Takes what the plan is made from.
    ///
    /// - Parameters:
    ///   - application: The application in the new version.
    ///   - identity: What the marks on its objects say.
    ///   - targets: The targets that it is registered for, in their order.
    ///   - running: The version that runs.
    ///   - commitMessage: The message of the commit that triggers the deployment, `nil` when none does.
    ///   - requested: The strategy that the user asks for, `nil` to decide.
    ///   - manifests: What loads the manifests.
    package init(
        application: Application,
        identity: Application.Identity,
        targets: [DeployTarget],
        running: KnownVersion = .none,
        commitMessage: String? = nil,
        requested: Strategy? = nil,
        manifests: ManifestLoader = ManifestLoader()
    ) {
        self.application = application
        self.identity = identity
        self.targets = targets
        self.running = running
        self.commitMessage = commitMessage
        self.requested = requested
        self.manifests = manifests
    }

    /// Decides; asks no cluster.
    ///
    /// - Throws: `ManifestSourceError`, `RolloutError` or `StageError` when the new version cannot be loaded,
    ///   `ApplicationError` when its pipeline cannot work on these targets.
    package func plan() async throws -> DeploymentPlan {
        let versions = versions
        let new = try await versions.target()
        let (reason, warnings) = requested.map { (.requested($0), []) } ?? rules.decide()
        let decision =
            if let reason { StrategyDecision(reason) } else { await compare(new, with: versions) }
        if decision.strategy == .pipeline, running.version != nil {
            try refuseNewTargets(decision.targets.isEmpty ? await compare(new, with: versions) : decision)
        }
        let stages = try stages(for: decision.strategy)
        let requests = stages.map { request($0.name, $0.options) }
        let hasRollback = stages.last?.isRollback == true
        return DeploymentPlan(
            decision: decision,
            versions: ArtifactVersions(new),
            stages: stages,
            requests: hasRollback ? requests.dropLast() : requests,
            rollback: hasRollback ? requests.last : nil,
            notes: warnings
                + (hasRollback ? running.obstacle.map { ["a failure cannot be rolled back: \($0)"] } ?? [] : [])
        )
    }

    /// The images of the new version; asks no cluster.
    ///
    /// - Throws: `ManifestSourceError`, `RolloutError` or `StageError` when the new version cannot be loaded.
    package func artifactVersions() async throws -> ArtifactVersions {
        ArtifactVersions(try await versions.target())
    }

    /// What the two versions ask for, whatever else there is that might decide; asks no cluster.
    ///
    /// - Throws: `ManifestSourceError`, `RolloutError` or `StageError` when the new version cannot be loaded.
    package func comparison() async throws -> StrategyDecision {
        let versions = versions
        return running.isNone
            ? StrategyDecision(.firstDeployment) : await compare(try await versions.target(), with: versions)
    }

    /// Refuses a pipeline that needs a primary which some targets do not have yet; asks no cluster.
    ///
    /// It would fail half way, with the canary live on all the others.
    ///
    /// - Throws: `ApplicationError` with a line for each such target; `ManifestSourceError`, `RolloutError` or `StageError`
    ///   when the new version cannot be loaded.
    package func checkNewTargets() async throws {
        guard running.version != nil, targets.contains(where: { firstNeedingPrimary(on: $0) != nil }) else { return }
        let versions = versions
        try refuseNewTargets(await compare(try await versions.target(), with: versions))
    }

    private var configuration: ApplicationConfiguration { application.configuration }

    private var versions: VersionManifests {
        VersionManifests(request(StageName(.sync, in: .long), configuration.plugin.quickSync), manifests)
    }

    private var rules: StrategyRules {
        StrategyRules(
            configuration: configuration,
            commitMessage: commitMessage,
            isFirstDeployment: running.isNone
        )
    }

    /// Compares the versions target by target.
    ///
    /// A target that did not have the running version has nothing to compare with; one whose running version cannot be
    /// read asks for the pipeline, because nobody can tell what changes there.
    private func compare(
        _ new: [VersionManifests.Target],
        with versions: VersionManifests
    ) async -> StrategyDecision {
        if case .unknown(let why) = running { return StrategyDecision(.diffError(why)) }
        let running = await versions.running()
        let reasons = new.map { target in
            switch running[target.target] {
            case .failure(let error)?:
                let cause = "\(error)".split(separator: "\n").first.map(String.init) ?? ""
                return StrategyDecision.Target(target.target, .diffError(cause))
            case .success(let manifests)?: return compare(target, with: manifests)
            case nil: return compare(target, with: [])
            }
        }
        return StrategyDecision(comparing: reasons)
    }

    private func compare(_ new: VersionManifests.Target, with running: [Manifest]) -> StrategyDecision.Target {
        let workloads = configuration.plugin.workloads
        let comparison = VersionComparison(running: running, new: new.manifests, workloads: workloads)
        return StrategyDecision.Target(new.target, comparison.reason())
    }

    private func refuseNewTargets(_ compared: StrategyDecision) throws {
        let added = compared.targets.filter { $0.reason == .noRunningWorkload }.map(\.name)
        let registered = targets.filter { added.contains($0.name) }
        let problems = registered.compactMap { target -> String? in
            guard let stage = firstNeedingPrimary(on: target) else { return nil }
            return "\(target.name): the running version has no workload there, which stages[\(stage.index)] "
                + "(\(stage.text)) needs; deploy \(target.name) by quick sync first: flotilla run with only that target "
                + "and --strategy quickSync, or in PipeCD a sync with the strategy QUICK_SYNC"
        }
        guard problems.isEmpty else { throw ApplicationError(problems: problems) }
    }

    private func firstNeedingPrimary(on target: DeployTarget) -> PipelineStage? {
        configuration.pipeline.firstNeedingPrimary(
            on: TargetSelection.Registered(target.name, labels: target.labels)
        )
    }

    private func stages(for strategy: Strategy) throws -> [PlannedStage] {
        let autoRollback = configuration.planner.autoRollback
        switch strategy {
        case .quickSync: return StageList.quickSync(spec: configuration.plugin, autoRollback: autoRollback)
        case .pipeline:
            try application.checkPipeline(on: targets)
            return try StageList.pipeline(configuration.pipeline, autoRollback: autoRollback)
        }
    }

    private func request(_ stage: StageName, _ options: StageOptions) -> StageRequest {
        StageRequest(
            stage: stage,
            options: options,
            application: application,
            identity: identity,
            targets: targets,
            running: running.version
        )
    }
}

extension [PipelineStage] {
    /// The first stage on a target that needs the primary to run there, before one that brings it.
    fileprivate func firstNeedingPrimary(on target: TargetSelection.Registered) -> PipelineStage? {
        for stage in self {
            guard let options = stage.options,
                options.targets.isEmpty || options.targets.contains(where: { $0.selects(target) })
            else { continue }
            switch options.details {
            case .primaryRollout, .sync: return nil
            case .baselineRollout: return stage
            case .trafficRouting(let options) where options.shares.primary > 0: return stage
            default: continue
            }
        }
        return nil
    }
}

/// What is known of the version that runs.
package enum KnownVersion: Sendable {
    /// Nothing runs yet.
    case none
    /// This one runs.
    case running(RunningVersion)
    /// Something runs, and it cannot be said what; why.
    case unknown(String)

    /// The version, when it is known.
    package var version: RunningVersion? {
        guard case .running(let version) = self else { return nil }
        return version
    }

    fileprivate var isNone: Bool {
        guard case .none = self else { return false }
        return true
    }

    /// Why nothing can be restored, `nil` when it can.
    package var obstacle: String? {
        switch self {
        case .none: "no running version is known"
        case .running: nil
        case .unknown(let why): why
        }
    }
}
