import ArgumentParser
import Manifests
import Rollouts
import Stages

/// `flotilla run`: the pipeline of the application file, stage by stage.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the pipeline of the application file, or shows what it would do.",
        discussion: """
            A stage starts when the one before it has succeeded on every target. Stages of other plugins (WAIT, \
            WAIT_APPROVAL, ANALYSIS …) are not run here: allow leaving them out with --skip-foreign-stages. Rolling back after a failure is not built yet: the report says what is where.
            """
    )

    @OptionGroup var application: ApplicationOptions
    @OptionGroup var targets: TargetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var dryRun: DryRunOptions

    @Flag(help: "Leave out the stages of other plugins, such as WAIT_APPROVAL.")
    var skipForeignStages = false

    func validate() throws {
        try dryRun.check(targets)
    }

    func run() async throws {
        let session = try await Session.start(application: application, targets: targets)
        let requests = try requests(in: session)
        if let mode = dryRun.mode { return try await printPlans(of: requests, mode, in: session) }
        try await session.check(requests)
        let report = await session.run(requests)
        output.output.print(report.value, text: report.text)
        throw report.outcome.exitCode
    }

    private func requests(in session: Session) throws -> [StageRequest] {
        let configuration = session.application.configuration
        try session.application.checkPipeline(on: session.targets)
        var requests: [StageRequest] = []
        for stage in configuration.pipeline {
            guard let name = stage.name, let options = stage.options else {
                try leaveOut(stage, of: session.application)
                continue
            }
            requests.append(session.request(name, options))
        }
        guard !requests.isEmpty else {
            throw ApplicationError(problems: [
                "\(session.application.fileName): no stage to run; add spec.pipeline.stages"
            ])
        }
        return requests
    }

    /// A gate that nobody asked to leave out must hold: without it the run would go on unapproved.
    private func leaveOut(_ stage: PipelineStage, of application: Application) throws {
        guard skipForeignStages else {
            let text = "stage \(stage.text) belongs to another plugin; leave it out with --skip-foreign-stages"
            throw ApplicationError(problems: ["\(application.fileName): \(text)"])
        }
        Console.error("note: stage \(stage.text) belongs to another plugin and is left out")
    }

    /// Prints what every stage would do after the ones before it; clusters answer from where they are now.
    private func printPlans(of requests: [StageRequest], _ mode: DryRun, in session: Session) async throws {
        var plans: [StagePlan] = []
        var answers: [[TargetDryRun]] = []
        for request in requests {
            let plan = try await session.runner().plan(request, after: plans)
            answers.append(mode == .server ? try await session.runner().dryRun(plan, of: request, after: plans) : [])
            plans.append(plan)
        }
        output.output.print(
            ["stages": .array(zip(plans, answers).map { $0.value($1) })],
            text: zip(plans, answers).map { $0.text($1) }.joined(separator: "\n")
        )
        throw answers.flatMap { $0 }.exitCode
    }
}
