import ArgumentParser
import Manifests
import Rollouts
import Stages

/// `flotilla run`: the pipeline of the application file, stage by stage.
struct Run: CancellableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the pipeline of the application file, or shows what it would do.",
        discussion: """
            A stage starts when the one before it has succeeded on every target. When one fails, the running version is \
            restored, unless the application file says autoRollback: false. Stages of other plugins (WAIT, WAIT_APPROVAL, \
            ANALYSIS …) are not run here: allow leaving them out with --skip-foreign-stages.

            What is done is written down in a journal, from which a run that was killed or stopped goes on with --resume: \
            only with the clusters and stages that are not done. A Lease in each cluster keeps a second run of the same \
            application away, until two minutes after the first was killed.
            """
    )

    @OptionGroup var application: ApplicationOptions
    @OptionGroup var targets: TargetOptions
    @OptionGroup var running: RunningOptions
    @OptionGroup var strategy: StrategyOptions
    @OptionGroup var tools: ToolOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var record: JournalOptions

    @Flag(help: "Leave out the stages of other plugins, such as WAIT_APPROVAL.")
    var skipForeignStages = false

    func validate() throws {
        try dryRun.check(targets)
        try record.check(dryRun)
    }

    func execute() async throws {
        var session = try await Session.start(application: application, targets: targets, tools: tools)
        if dryRun.mode == nil { try application.requireName(of: session.application) }
        let earlier = dryRun.mode == nil ? try record.earlier(of: session.identity.application) : nil
        // A run has one commit, also when something else was committed since it began.
        if let earlier, application.commit == nil { session.identity = session.identity.at(earlier.header.commit) }
        // By now the live objects are of several versions: a run keeps to what it knew when it began.
        if let earlier, earlier.header.running == nil, !running.isNamed {
            return try await run(beside: .unknown("none was known when the run began"), after: earlier, in: session)
        }
        try await running.naming(earlier?.header.running).with(application, in: session) { [session] running in
            try await run(beside: running, after: earlier, in: session)
        }
    }

    private func run(beside running: KnownVersion, after earlier: RunRecord?, in session: Session) async throws {
        let strategy = strategy.asking(for: earlier?.header.strategy)
        let plan = try await strategy.plan(application, in: session, running: running)
        let obstacle = await session.obstacle(to: plan, running: running)
        let deployment = Deployment(plan, obstacle: obstacle)
        let resumed = try await earlier?.going(on: deployment, over: session.connections, session.manifests)
        let ignored = session.application.ignoredFields(by: plan.decision.strategy)
        for note in plan.notes + ignored { Console.error("warning: \(note)") }
        if running.obstacle == nil, let obstacle {
            Console.error("warning: a failure cannot be rolled back: \(obstacle)")
        }
        Console.error("\(plan.decision.strategy.rawValue): \(plan.decision.text)")
        if plan.decision.strategy == .pipeline { try leaveOutForeignStages(of: session.application) }
        if dryRun.mode != nil { return try await printPlans(of: plan.requests, in: session) }
        try await session.check(plan.requests)
        if let resumed { return try await run(deployment, resumed, in: session) }
        try await run(
            deployment,
            try await record.begin(deployment, over: session.connections, session.manifests),
            in: session
        )
    }

    private func run(_ deployment: Deployment, _ journal: RunRecord, in session: Session) async throws {
        let report = try await session.run(deployment, journal)
        output.output.print(journal.value(of: report), text: report.text)
        if report.isInterrupted { Console.error("run \(journal.header.run) can go on with --resume") }
        throw report.outcome.exitCode
    }

    /// A gate that nobody asked to leave out must hold: without it the run would go on unapproved.
    private func leaveOutForeignStages(of application: Application) throws {
        for stage in application.configuration.pipeline where stage.name == nil {
            guard skipForeignStages else {
                let text = "stage \(stage.text) belongs to another plugin; leave it out with --skip-foreign-stages"
                throw ApplicationError(problems: ["\(application.fileName): \(text)"])
            }
            Console.error("note: stage \(stage.text) belongs to another plugin and is left out")
        }
    }

    /// Prints what every stage would do after the ones before it; clusters answer from where they are now.
    private func printPlans(of requests: [StageRequest], in session: Session) async throws {
        let stages = try await session.forecasts(of: requests, asking: dryRun.mode == .server)
        output.output.print(
            ["stages": .array(stages.map { $0.plan.value($0.answers) })],
            text: stages.map { $0.plan.text($0.answers) }.joined(separator: "\n")
        )
        throw stages.flatMap(\.answers).exitCode
    }
}
