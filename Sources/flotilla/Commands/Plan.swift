import ArgumentParser
import Manifests
import Rollouts
import Stages

/// `flotilla plan`: how the new version would be deployed, and what each stage would do in each cluster.
struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows how the new version would be deployed: strategy, stages, and what changes in each cluster.",
        discussion: """
            Nothing is written. Clusters are asked what they would do with every write, so that the fields show that \
            would change; --dry-run=client leaves that out, --offline asks no cluster at all.

            Example: flotilla plan shop --running ../shop-before --offline eu us
            """
    )

    @OptionGroup var application: ApplicationOptions
    @OptionGroup var targets: TargetOptions
    @OptionGroup var running: RunningOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var dryRun: DryRunOptions

    @Option(help: "The commit message, for commitMatcher. Default: what Git says about the commit.")
    var commitMessage: String?

    @Flag(help: "Exit with 2 when something would change.")
    var exitCode = false

    func validate() throws {
        guard targets.isOffline, dryRun.mode == .server else { return }
        try dryRun.check(targets)
    }

    func run() async throws {
        let session = try await Session.start(application: application, targets: targets)
        try await running.with(application, in: session) { try await show(session, running: $0) }
    }

    private func show(_ session: Session, running: FoundVersion) async throws {
        let planning = DeploymentPlanning(
            application: session.application,
            identity: session.identity,
            targets: session.targets,
            running: running.known,
            commitMessage: await message(session.application.configuration.commitMatcher)
        )
        let plan = try planning.plan()
        for note in plan.notes { Console.error("note: \(note)") }
        let stages = try await stagePlans(of: plan, in: session)
        let report = PlanReport(plan: plan, pipeline: session.application.configuration.pipeline, stages: stages)
        output.output.print(report.value, text: report.text)
        let failure = stages.flatMap(\.answers).exitCode
        guard failure == .success else { throw failure }
        if exitCode, report.hasChanges { throw ExitCode(2) }
    }

    /// The commit message, when there is a pattern that it could match.
    private func message(_ matcher: ApplicationConfiguration.CommitMatcher) async -> String? {
        guard matcher.pipeline != nil || matcher.quickSync != nil else { return nil }
        if let commitMessage { return commitMessage }
        return await GitRepository.message(of: application.commit ?? "HEAD", in: application.directory)
    }

    /// What every stage would do after the ones before it; with what the clusters say to that, when they are asked.
    private func stagePlans(of plan: DeploymentPlan, in session: Session) async throws -> [PlanReport.Stage] {
        let asks = !targets.isOffline && dryRun.mode != .client
        var stages: [PlanReport.Stage] = []
        for request in plan.requests {
            let earlier = stages.map(\.plan)
            let next = try await session.runner().plan(request, after: earlier)
            let answers = asks ? try await session.runner().dryRun(next, of: request, after: earlier) : []
            stages.append(PlanReport.Stage(plan: next, answers: answers))
        }
        return stages
    }
}

extension FoundVersion {
    /// What a plan is told about the running version.
    fileprivate var known: KnownVersion {
        switch self {
        case .named(let version), .live(let version): .running(version)
        case .none: .none
        case .unknown(let why): .unknown(why)
        }
    }
}
