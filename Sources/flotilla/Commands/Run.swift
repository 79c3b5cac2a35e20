import ArgumentParser
import Manifests
import Rollouts
import Stages

/// `flotilla run`: the pipeline of the application file, stage by stage.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the pipeline of the application file, or shows what it would do.",
        discussion: """
            A stage starts when the one before it has succeeded on every target. When one fails, the running version is \
            restored, unless the application file says autoRollback: false. Stages of other plugins (WAIT, WAIT_APPROVAL, \
            ANALYSIS …) are not run here: allow leaving them out with --skip-foreign-stages.

            What is done is written down in a journal, from which a run that was killed or stopped goes on with --resume: \
            only with the clusters and stages that are not done. A Lease in each cluster keeps a second run of the same \
            application away.
            """
    )

    @OptionGroup var application: ApplicationOptions
    @OptionGroup var targets: TargetOptions
    @OptionGroup var running: RunningOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var record: JournalOptions

    @Flag(help: "Leave out the stages of other plugins, such as WAIT_APPROVAL.")
    var skipForeignStages = false

    func validate() throws {
        try dryRun.check(targets)
        try record.check(dryRun)
    }

    func run() async throws {
        var session = try await Session.start(application: application, targets: targets)
        let earlier = dryRun.mode == nil ? try record.earlier(of: session.identity.application) : nil
        // A run has one commit, also when something else was committed since it began.
        if let earlier, application.commit == nil { session.identity = session.identity.at(earlier.header.commit) }
        let stages = try stages(in: session)
        // A mistake touches no cluster, not even to ask which version runs.
        try await session.check(
            stages.filter { !$0.kind.planner.source.isOfRunningVersion }.map { session.request($0) }
        )
        try await withRunningVersion(for: stages, after: earlier, in: session) { [session] found in
            let requests = stages.map { session.request($0, running: found) }
            if dryRun.mode != nil { return try await printPlans(of: requests, in: session) }
            try await session.check(requests)
            let rollback = await session.rollback(of: requests, to: found)
            try await run(Deployment(stages: requests, rollback: rollback), after: earlier, in: session)
        }
    }

    /// Runs the deployment, or what an earlier process has left of it.
    private func run(_ deployment: Deployment, after earlier: RunRecord?, in session: Session) async throws {
        let journal = try earlier.map { try $0.going(on: deployment) } ?? record.begin(deployment)
        if case .notPossible(_, let why) = deployment.rollback {
            Console.error("warning: a failed stage will not be rolled back: \(why)")
        }
        let report = try await session.run(deployment, journal)
        output.output.print(journal.value(of: report), text: report.text)
        if report.isInterrupted { Console.error("run \(journal.header.run) can go on with --resume") }
        throw report.outcome.exitCode
    }

    /// Finds out which version ran before, when anything needs it.
    ///
    /// A run that goes on has the one that it began with: by now the live objects are of several.
    private func withRunningVersion(
        for stages: [OwnStage],
        after earlier: RunRecord?,
        in session: Session,
        _ body: (FoundVersion) async throws -> Void
    ) async throws {
        let rollsBack = dryRun.mode == nil && session.application.configuration.planner.autoRollback
        let isNeeded = rollsBack || stages.contains { $0.kind.planner.source.isOfRunningVersion }
        let isNamed = running.running != nil || running.runningRef != nil
        var options = running
        if let earlier, !isNamed {
            guard let commit = earlier.header.running else {
                return try await body(.unknown("the run began without a version to go back to"))
            }
            options.runningRef = commit
        }
        guard isNeeded, isNamed || !targets.isOffline else {
            return try await body(.none)
        }
        try await options.with(application, in: session, body)
    }

    /// Our stages of the pipeline.
    private func stages(in session: Session) throws -> [OwnStage] {
        var stages: [OwnStage] = []
        for stage in session.application.configuration.pipeline {
            guard let name = stage.name, let options = stage.options else {
                try leaveOut(stage, of: session.application)
                continue
            }
            stages.append(OwnStage(name: name, options: options))
        }
        guard !stages.isEmpty else {
            throw ApplicationError(problems: [
                "\(session.application.fileName): no stage to run; add spec.pipeline.stages"
            ])
        }
        return stages
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
    private func printPlans(of requests: [StageRequest], in session: Session) async throws {
        var plans: [StagePlan] = []
        var answers: [[TargetDryRun]] = []
        for request in requests {
            let plan = try await session.runner().plan(request, after: plans)
            let asks = dryRun.mode == .server
            answers.append(asks ? try await session.runner().dryRun(plan, of: request, after: plans) : [])
            plans.append(plan)
        }
        output.output.print(
            ["stages": .array(zip(plans, answers).map { $0.value($1) })],
            text: zip(plans, answers).map { $0.text($1) }.joined(separator: "\n")
        )
        throw answers.flatMap { $0 }.exitCode
    }
}

/// A stage of the pipeline that is ours.
private struct OwnStage: Sendable {
    let name: StageName
    let options: StageOptions

    var kind: StageKind { name.kind }
}

extension Session {
    /// The request for a stage of the pipeline.
    fileprivate func request(_ stage: OwnStage, running: FoundVersion = .none) -> StageRequest {
        request(stage.name, stage.options, running: running.version)
    }
}
