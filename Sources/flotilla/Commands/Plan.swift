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

    @Flag(help: "Print Markdown for a comment on a pull request: a table, and what changes folded up below it.")
    var markdown = false

    func validate() throws {
        guard !markdown || output.output == .text else {
            throw ValidationError("--markdown is a form of text; it does not go with -o \(output.output.rawValue)")
        }
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
        var report = PlanReport(plan: plan, pipeline: session.application.configuration.pipeline, stages: stages)
        if asks { report.outlook = await session.outlook(of: plan, after: stages, running: running) }
        output.output.print(report.value, text: markdown ? PlanMarkdown(report: report).text : report.text)
        let failure = stages.flatMap(\.answers).exitCode
        guard failure == .success else { throw failure }
        if exitCode, report.hasChanges { throw ExitCode(2) }
    }
}
