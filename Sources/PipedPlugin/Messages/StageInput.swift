import ManifestSources
import Manifests
import PipedAPI
import Rollouts
import Stages

/// What piped sends with a stage, as a request for the stage.
struct StageInput {
    /// A stage that can be run.
    struct Prepared {
        let request: StageRequest
        /// The commit that the stage brings.
        let commit: String
        /// What the user should know, one line each.
        var notes: [String] = []
        /// Says whether the pipeline can work, `nil` when that was seen to already, or there is no pipeline.
        var pipeline: DeploymentPlanning?
        /// Why the stage fails even if all that can be done is done, one line each.
        var problems: [String] = []
    }

    private let settings: PluginSettings
    private let input: PipedExecutePluginInput

    init(_ settings: PluginSettings, _ input: PipedExecutePluginInput) {
        self.settings = settings
        self.input = input
    }

    /// The stage, or why it cannot be run.
    ///
    /// - Throws: An error with one line for each mistake.
    func prepare(with manifests: ManifestLoader) throws -> Prepared {
        guard let stage = StageName(input.stage.name) else { throw UnsupportedStage(input.stage.name) }
        try checkOwner()
        let running = try running(for: stage)
        let (targets, unknown) = try targets(for: stage)
        let application = try application(for: stage, running)
        let source = running?.commit ?? input.targetDeploymentSource.commitHash
        if isOfPipeline, stage.kind != .rollback { try application.checkPipeline(on: targets) }
        let request = StageRequest(
            stage: stage,
            options: try options(of: stage, in: application),
            application: application,
            identity: input.deployment.identity(at: input.targetDeploymentSource),
            targets: targets,
            running: running
        )
        let notes = (stage.kind == .rollback ? running?.application : application)?.warnings ?? []
        return Prepared(
            request: request,
            commit: source,
            notes: notes.map { "warning: \($0)" },
            pipeline: beginsPipeline(of: application, with: stage) ? planning(of: request, manifests) : nil,
            problems: unknown
        )
    }

    /// Refuses objects without an owner: all applications would share them, and each would delete those of the others.
    private func checkOwner() throws {
        let missing = [("application ID", input.deployment.applicationID), ("piped ID", input.deployment.pipedID)]
            .filter { $0.1.isEmpty }.map { "piped sent no \($0.0), by which objects are told from those of others" }
        guard missing.isEmpty else { throw ApplicationError(problems: missing) }
    }

    /// Whether a stage is the first of ours in the pipeline, so that nothing was written before.
    private func beginsPipeline(of application: Application, with stage: StageName) -> Bool {
        guard isOfPipeline, stage.kind != .rollback else { return false }
        return application.configuration.pipeline.first { $0.name != nil }?.index == Int(input.stage.index)
    }

    private func planning(of request: StageRequest, _ manifests: ManifestLoader) -> DeploymentPlanning {
        DeploymentPlanning(
            application: request.application,
            identity: request.identity,
            targets: request.targets,
            running: KnownVersion(input.runningDeploymentSource, of: input.deployment, plugin: settings.name),
            manifests: manifests
        )
    }

    /// Whether the deployment follows the pipeline; the stages of a quick sync have no options at all.
    private var isOfPipeline: Bool { !input.stageConfig.isEmpty }

    /// The version that ran before, for a stage that needs it.
    ///
    /// - Throws: `ApplicationError` when there is none, or its file cannot be read.
    private func running(for stage: StageName) throws -> RunningVersion? {
        guard stage.kind.planner.source.isOfRunningVersion else { return nil }
        let source = input.runningDeploymentSource
        guard source.isThere else {
            throw ApplicationError(problems: ["\(stage): \(stage.kind.needOfRunningVersion)"])
        }
        return try source.runningVersion(of: input.deployment, plugin: settings.name)
    }

    /// The application in the new version.
    ///
    /// A rollback needs only to know what the new version was, so that a bad file does not keep it from being undone.
    private func application(for stage: StageName, _ running: RunningVersion?) throws -> Application {
        guard input.hasTargetDeploymentSource else {
            throw ApplicationError(problems: ["piped sent no source of the version to deploy; deploy again"])
        }
        let source = input.targetDeploymentSource
        guard stage.kind == .rollback, let running else {
            return try source.application(of: input.deployment, plugin: settings.name)
        }
        let lenient = try? source.application(of: input.deployment, plugin: settings.name, strictness: .restoring)
        return lenient ?? running.application
    }

    /// The deploy targets in the order of the deployment, and why some are not there.
    ///
    /// - Throws: `ApplicationError` when there is none, or one is not configured; a rollback restores all others then.
    private func targets(for stage: StageName) throws -> (known: [DeployTarget], unknown: [String]) {
        let names = input.deployment.targetNames(of: settings.name)
        guard !names.isEmpty else {
            throw ApplicationError(problems: [
                "the application has no deploy target of the plugin \"\(settings.name)\"; choose some for it in PipeCD"
            ])
        }
        let configured = Dictionary(settings.targets.map { ($0.name, $0) }) { first, _ in first }
        let unknown = names.filter { configured[$0] == nil }.map { name in
            "deploy target \"\(name)\" is not among those that piped configures for the plugin "
                + "\"\(settings.name)\"\(ClosestName.hint(name, among: settings.targets.map(\.name))); "
                + "add it to the piped file and restart piped, or take it from the application"
        }
        let known = names.compactMap { configured[$0] }
        guard unknown.isEmpty || (stage.kind == .rollback && !known.isEmpty) else {
            throw ApplicationError(problems: unknown)
        }
        return (known, unknown)
    }

    /// The options of the stage, with the application's settings as defaults.
    ///
    /// - Throws: `ApplicationError` with every mistake in them.
    private func options(of stage: StageName, in application: Application) throws -> StageOptions {
        // A rollback has the options of whatever stage has its index.
        guard stage.kind != .rollback else { return StageOptions(.rollback) }
        let path = "spec.pipeline.stages[\(input.stage.index)].with"
        let decoded = StageOptions.decode(
            isOfPipeline ? try Value(json: Array(input.stageConfig), file: "\(stage): with") : nil,
            for: stage.kind,
            spec: application.configuration.plugin,
            document: application.document,
            path: path
        )
        guard let options = decoded.value else {
            throw ApplicationError(problems: decoded.problems.map { "\($0)" })
        }
        return options
    }
}

extension StageKind {
    /// Why a stage cannot do without a version that ran before, and what to do.
    fileprivate var needOfRunningVersion: String {
        self == .rollback
            ? "no version was deployed with success before, so there is nothing to restore; what the failed one has "
                + "made stays; mend it and deploy again"
            : "no version was deployed with success before, so there is nothing to make a baseline of; deploy by quick "
                + "sync first"
    }
}
