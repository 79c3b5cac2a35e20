import ArgumentParser
import ManifestSources
import Rollouts
import Stages

/// `flotilla status`: what each cluster has of an application, and how that fares.
struct Status: CancellableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Shows what each cluster has of an application: health, variants, traffic, and what differs from Git.",
        discussion: """
            Nothing is written. To tell what differs from Git, every object costs a dry run of its apply; --no-drift \
            leaves that out. A cluster that cannot be looked at says why, and the others are shown.

            Example: flotilla status shop --targets piped.yaml --watch
            """
    )

    @OptionGroup var application: ApplicationOptions
    @OptionGroup var targets: TargetOptions
    @OptionGroup var tools: ToolOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Show every object, also healthy pods of a large workload and ReplicaSets of earlier versions.")
    var all = false

    @Flag(name: .customLong("no-drift"), help: "Do not compare with Git.")
    var leavesOutDrift = false

    @Flag(help: "Exit with 2 when something is not healthy or not as Git wants it.")
    var exitCode = false

    @Option(
        help: ArgumentHelp(
            "Write a page for a browser, which needs nothing else, to this file, too.",
            valueName: "file"
        )
    )
    var html: String?

    @Option(
        help: ArgumentHelp(
            "The journal of the run that the page shows. Default: that of the latest run of the application.",
            valueName: "file"
        )
    )
    var journal: String?

    @Flag(help: "Show it again whenever something changes, until Ctrl-C.")
    var watch = false

    func validate() throws {
        if targets.isOffline {
            throw ValidationError("status asks the clusters; name them with --targets or --kubeconfig, not --offline")
        }
        if watch, html != nil { throw ValidationError("--html writes one snapshot; leave out --watch") }
        if journal != nil, html == nil {
            throw ValidationError("--journal is for the page of --html; see flotilla why")
        }
        if watch, exitCode {
            throw ValidationError("--watch has no end that --exit-code could be about; leave one out")
        }
    }

    func execute() async throws {
        let session = try await Session.start(application: application, targets: targets, tools: tools)
        let reading = try StatusReading(session, comparesWithGit: !leavesOutDrift)
        guard !watch else { return try await StatusWatch(reading, output: output.output, folds: !all).run() }
        let id = session.identity.application
        let run = html == nil ? nil : try WhyReport.Run.find(of: id, journal: journal, on: reading.targets.map(\.name))
        let report = try await reading.report()
        if let html { try AtomicFile.write(Page(report: report, run: run).html, to: html) }
        output.output.print(report.value, text: StatusText(report: report, style: .output, folds: !all).text)
        let failure = report.outcome.exitCode
        guard failure == .success else { throw failure }
        if exitCode, !report.isGood { throw ExitCode(2) }
    }
}
