import ArgumentParser
import Manifests
import Rollouts
import Stages

/// `flotilla diff`: what runs in each cluster against what is in Git.
struct Diff: CancellableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares what is in Git with what each cluster has, field by field.",
        discussion: """
            Nothing is written. The API server is asked what a deployment would change (a dry run), so that defaults, \
            autoscalers and webhooks make no difference; what people have added with kubectl is found by who owns a field. \
            Clusters with the same differences are shown together. A split of traffic that the pipeline makes, and \
            objects of a canary or a baseline, are notes.

            --live FILE compares with objects that kubectl get -o yaml has printed; name the target with --offline NAME then.

            Exit codes: 0 nothing differs, 1 failed, 2 something differs, 3 some clusters could not be compared, 64 wrong use.
            """
    )

    @OptionGroup var application: ApplicationOptions
    @OptionGroup var targets: TargetOptions
    @OptionGroup var tools: ToolOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("A file with the live objects, in place of a cluster.", valueName: "file"))
    var live: String?

    func validate() throws {
        guard live == nil || targets.offline.count == 1 else {
            throw ValidationError("--live FILE is of one target; name it with --offline NAME")
        }
        guard live != nil || !targets.isOffline else {
            throw ValidationError("nobody is asked with --offline; give what runs with --live FILE")
        }
    }

    func execute() async throws {
        let session = try await Session.start(application: application, targets: targets, tools: tools)
        let selected = try session.selectedTargets()
        let states = try await states(of: selected, in: session)
        let drifts = try await DriftDetection(
            application: session.application,
            identity: session.identity,
            connections: session.connections,
            manifests: session.manifests
        ).drift(of: selected, live: states)
        let report = DriftReport(identity: session.identity, states: states, drifts: drifts, now: .now)
        output.output.print(report.value, text: report.text)
        throw report.exitCode
    }

    private func states(of targets: [DeployTarget], in session: Session) async throws -> [LiveStateAnswer] {
        let spec = session.application.configuration.plugin
        if let live, let target = targets.first {
            let state = try LiveState(file: live, of: target, label: spec.variantLabel)
            return [LiveStateAnswer(target: target.name, result: .success(state))]
        }
        return try await LiveStateReading(
            application: session.identity.application,
            spec: spec,
            connections: session.connections
        ).states(of: targets)
    }
}
