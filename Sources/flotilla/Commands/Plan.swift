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
    @OptionGroup var output: OutputOptions
    @OptionGroup var dryRun: DryRunOptions

    @Option(help: ArgumentHelp("The directory of the version that is running.", valueName: "dir"))
    var running: String?

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
        let plan = try await planning(in: session).plan()
        for note in plan.notes { Console.error("note: \(note)") }
        let stages = try await stagePlans(of: plan, in: session)
        let report = PlanReport(plan: plan, pipeline: session.application.configuration.pipeline, stages: stages)
        output.output.print(report.value, text: report.text)
        let failure = stages.flatMap(\.answers).exitCode
        guard failure == .success else { throw failure }
        if exitCode, report.hasChanges { throw ExitCode(2) }
    }

    private func planning(in session: Session) async throws -> DeploymentPlanning {
        let matcher = session.application.configuration.commitMatcher
        var message = commitMessage
        if message == nil, matcher.pipeline != nil || matcher.quickSync != nil {
            message = await GitCommit.message(of: application.commit ?? "HEAD", in: application.directory)
        }
        return DeploymentPlanning(
            application: session.application,
            identity: session.identity,
            targets: session.targets,
            running: try await runningVersion(),
            commitMessage: message
        )
    }

    /// The running version; what is odd about it cannot be changed any more and is not told.
    private func runningVersion() async throws -> RunningVersion? {
        guard let running else { return nil }
        let version = try Application.load(
            directory: running,
            fileName: application.config,
            plugin: application.plugin,
            unknownFields: .warnings
        )
        return RunningVersion(application: version, commit: await GitCommit.head(of: running) ?? "running")
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
