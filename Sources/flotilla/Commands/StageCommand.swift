import ArgumentParser
import KubernetesAPI
import Manifests
import Rollouts
import Stages

/// `flotilla stage`: one stage, or what it would do.
struct Stage: CancellableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs one stage on every target, or shows what it would do.",
        discussion: """
            The stage takes its options from the pipeline of the application file; --with changes some of them. Shares of \
            traffic are taken as a whole from one of the two.

            Example: flotilla stage K8S_CANARY_ROLLOUT shop --offline eu us --with replicas=20% --dry-run
            """
    )

    @Argument(
        help: ArgumentHelp("The stage, such as K8S_CANARY_ROLLOUT or K8S_MULTI_CANARY_ROLLOUT.", valueName: "name")
    )
    var name: String

    @OptionGroup var application: ApplicationOptions
    @OptionGroup var targets: TargetOptions
    @OptionGroup var running: RunningOptions
    @OptionGroup var tools: ToolOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var dryRun: DryRunOptions

    @Option(
        name: .customLong("with"),
        help: ArgumentHelp("An option of the stage, its value written as in YAML. Repeatable.", valueName: "key=value")
    )
    var settings: [String] = []

    func validate() throws {
        guard StageName(name) != nil else {
            throw ValidationError("\(UnsupportedStage(name))")
        }
        try dryRun.check(targets)
    }

    func execute() async throws {
        guard let stage = StageName(name) else { return }
        let session = try await Session.start(application: application, targets: targets, tools: tools)
        if dryRun.mode == nil { try application.requireName(of: session.application) }
        let options = try options(of: stage, in: session.application)
        guard stage.kind.planner.source.isOfRunningVersion else {
            return try await run(session.request(stage, options), in: session)
        }
        try await running.with(application, in: session) { found in
            if case .unknown(let why) = found { throw ApplicationError(problems: [why]) }
            try await run(session.request(stage, options, running: found.version), in: session)
        }
    }

    /// Plans or runs the stage.
    private func run(_ request: StageRequest, in session: Session) async throws {
        if let mode = dryRun.mode {
            let plan = try await session.runner().plan(request)
            let answers = mode == .server ? try await session.runner().dryRun(plan, of: request) : []
            output.output.print(plan.value(answers), text: plan.text(answers))
            throw answers.exitCode
        }
        let report = try await session.run(Deployment(stages: [request]))
        output.output.print(report.stages[0].value, text: report.text)
        throw report.outcome.exitCode
    }

    /// The options of the only stage of that name in the pipeline, changed by those of `--with`.
    private func options(of stage: StageName, in application: Application) throws -> StageOptions {
        let inPipeline = application.configuration.pipeline.filter { $0.name?.kind == stage.kind }
        guard inPipeline.count <= 1 || !settings.isEmpty else {
            throw ApplicationError(problems: [
                "the pipeline has \(inPipeline.count) stages \(name); choose with --with"
            ])
        }
        let stages = application.document.value[path: "spec", "pipeline", "stages"]?.array ?? []
        let index = inPipeline.count == 1 ? inPipeline.first?.index : nil
        let written = index.flatMap { stages.indices.contains($0) ? stages[$0]["with"] : nil }
        // A sync without any options of its own is a quick sync.
        let isQuickSync = stage.kind == .sync && settings.isEmpty && written == nil
        let decoded = StageOptions.decode(
            isQuickSync ? nil : try Settings.value(of: settings, changing: written),
            for: stage.kind,
            spec: application.configuration.plugin,
            document: nil,
            path: "--with"
        )
        guard let options = decoded.value else {
            throw ValidationError(decoded.problems.map { "\($0)" }.joined(separator: "\n"))
        }
        return options
    }
}
