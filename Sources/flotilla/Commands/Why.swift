import ArgumentParser
import FoundationEssentials
import KubernetesAPI
import Stages

/// `flotilla why`: what a run waits for, and why an application is not healthy.
struct Why: CancellableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what a run waits for, where, since when and until when; and what is not healthy.",
        discussion: """
            What the run waits for is in its journal, by default that of the latest run of the application that began on this \
            machine. With --targets or --kubeconfig the clusters are asked, too, what is not healthy. Nothing is written.

            Example: flotilla why shop --targets piped.yaml
            """
    )

    @OptionGroup var application: ApplicationOptions

    @Option(help: "A piped file, or a file with just its deployTargets.")
    var targets: String?

    @Option(
        help: ArgumentHelp(
            "A cluster: a kubeconfig file and the context to use; the context's name is the target's. Repeatable.",
            valueName: "file[:context]"
        )
    )
    var kubeconfig: [String] = []

    @Option(
        help: ArgumentHelp(
            "The journal of the run. Default: that of the latest run of the application.",
            valueName: "file"
        )
    )
    var journal: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard targets != nil, !kubeconfig.isEmpty else { return }
        throw ValidationError("--targets and --kubeconfig both say which clusters; leave one out")
    }

    func execute() async throws {
        let application = try application.load()
        let identity = await self.application.identity(of: application)
        let status = try await status(of: application, identity)
        let names = status?.clusters.map(\.target)
        let run = try WhyReport.Run.find(of: identity.application, journal: journal, on: names)
        let report = WhyReport(application: identity.application, run: run, status: status, now: .now)
        output.output.print(report.value, text: report.lines(.output).joined(separator: "\n"))
        throw (status?.outcome ?? .succeeded).exitCode
    }

    private func status(of application: Application, _ identity: Application.Identity) async throws -> StatusReport? {
        guard targets != nil || !kubeconfig.isEmpty else { return nil }
        var options = TargetOptions()
        (options.targets, options.kubeconfig, options.offline) = (targets, kubeconfig, [])
        let session = Session(
            application: application,
            identity: identity,
            targets: try options.resolve(plugin: self.application.plugin),
            connections: ClusterConnections(
                engine: HTTPEngine(),
                environment: ProcessInfo.processInfo.environment,
                options: Flotilla.clientOptions
            )
        )
        return try await StatusReading(session, comparesWithGit: false).report()
    }
}
