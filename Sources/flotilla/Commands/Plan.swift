import ArgumentParser
import Manifests
import Rollouts
import Stages

/// `flotilla plan`: how the new version would be deployed, and what each stage would do in each cluster.
struct Plan: CancellableCommand {
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
    @OptionGroup var strategy: StrategyOptions
    @OptionGroup var tools: ToolOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var dryRun: DryRunOptions

    @Flag(help: "Exit with 2 when something would change.")
    var exitCode = false

    func validate() throws {
        guard targets.isOffline, dryRun.mode == .server else { return }
        try dryRun.check(targets)
    }

    func execute() async throws {
        let session = try await Session.start(application: application, targets: targets, tools: tools)
        try await running.with(application, in: session) { try await show(session, running: $0) }
    }

    private func show(_ session: Session, running: KnownVersion) async throws {
        let plan = try await strategy.plan(application, in: session, running: running)
        for note in plan.notes { Console.error("note: \(note)") }
        let asks = !targets.isOffline && dryRun.mode != .client
        let stages = try await session.forecasts(of: plan.requests, asking: asks)
        let report = PlanReport(plan: plan, pipeline: session.application.configuration.pipeline, stages: stages)
        output.output.print(report.value, text: report.text)
        let failure = stages.flatMap(\.answers).exitCode
        guard failure == .success else { throw failure }
        if exitCode, report.hasChanges { throw ExitCode(2) }
    }
}
