import ArgumentParser
import FakeKubernetes
import KubernetesAPI
import ManifestSources
import Rollouts
import Stages

/// `flotilla demo`: a canary rollout on three embedded clusters, and one that is stopped in time.
struct Demo: CancellableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows a canary rollout on three clusters inside this process.",
        discussion: "It listens on loopback only, takes under half a minute, needs nothing and leaves nothing behind."
    )

    @Option(help: "The directory of the sample application. Default: manifests/shop.")
    var app: String?

    func execute() async throws {
        let sample = try SampleApplication.find(app)
        let outcome = try await TemporaryDirectory.with { directory in
            var options = FakeClusterOptions()
            options.podReadyDelay = 700
            let fleet = try await FakeFleet.start(
                names: ["eu-west", "us-east", "ap-south"],
                options: options
            )
            do {
                let outcome = try await DemoStory(sample: sample, directory: directory, clusters: fleet).tell()
                try await FakeFleet.shutdown(fleet)
                return outcome
            } catch {
                try await FakeFleet.shutdown(fleet)
                throw error
            }
        }
        if outcome == .cancelled { throw ExitCode(130) }
        Console.output("\nDone: the clusters and every file of the demo are gone.")
        Console.output("Next: flotilla stage K8S_CANARY_ROLLOUT manifests/shop --offline eu us --dry-run")
    }
}

/// The chapters of the demo.
struct DemoStory {
    let sample: SampleApplication
    let directory: String
    let clusters: [FakeCluster]

    private let stop = StopSignal()
    private let connections = ClusterConnections(engine: HTTPEngine(), options: Flotilla.clientOptions)

    init(sample: SampleApplication, directory: String, clusters: [FakeCluster]) {
        self.sample = sample
        self.directory = directory
        self.clusters = clusters
    }

    /// Tells all of it.
    ///
    /// - Returns: `.cancelled` when the user stopped it, else `.succeeded`.
    /// - Throws: `ApplicationError` when the demo does not go as it should.
    func tell() async throws -> StageOutcome {
        let paths = try KubeconfigFiles.write(clusters, into: directory)
        title("Three clusters are up")
        for (cluster, path) in zip(clusters, paths) { Console.output("  \(cluster.name)  \(cluster.server)  \(path)") }

        var running = KnownVersion.none
        for chapter in Chapter.all {
            let version = try version(chapter.tag)
            let outcome = try await tell(chapter, version, after: running)
            if outcome == .cancelled { return .cancelled }
            if outcome == .succeeded { running = .running(version) }
        }
        return .succeeded
    }

    /// The sample application with images of a tag.
    private func version(_ tag: String) throws -> RunningVersion {
        let source = "\(directory)/\(tag)"
        try sample.write(tag: tag, into: source)
        return RunningVersion(application: try Application.load(directory: source), commit: tag)
    }

    private func tell(
        _ chapter: Chapter,
        _ version: RunningVersion,
        after running: KnownVersion
    ) async throws -> StageOutcome {
        title(chapter.title)
        let session = session(for: version)
        let planning = DeploymentPlanning(
            application: session.application,
            identity: session.identity,
            targets: session.targets,
            running: running,
            manifests: session.manifests
        )
        let plan = try await planning.plan()
        Console.output("  \(plan.decision.strategy.rawValue): \(plan.decision.text)")
        let history = Lock<[String]>([])
        let report = try await session.run(Deployment(plan, obstacle: running.obstacle)) { [clusters] event in
            guard case .stageFinished(_, let stage, _) = event else { return }
            let lines = DemoState.lines(of: clusters).map { "  \(stage.stage.padded(to: 20)) \($0)" }
            history.withLock { $0 += lines }
        }
        if report.outcome != .succeeded { Console.output(report.text) }
        Console.output("After each stage:")
        Console.output(history.withLock { $0 }.joined(separator: "\n"))
        guard report.outcome == chapter.expected || report.outcome == .cancelled else {
            throw ApplicationError(problems: ["the demo expected \(chapter.expected), and it is \(report.outcome)"])
        }
        return report.outcome
    }

    private func session(for version: RunningVersion) -> Session {
        Session(
            application: version.application,
            identity: Application.Identity(piped: "flotilla", application: "shop", commit: version.commit),
            targets: clusters.map {
                let path = "\(directory)/\($0.name).kubeconfig"
                return DeployTarget(name: $0.name, access: .cluster(path: path, context: nil))
            },
            connections: connections,
            stop: stop
        )
    }

    private func title(_ text: String) {
        Console.output("\n\(text)")
    }

    /// One part of the demo.
    private struct Chapter {
        let title: String
        let tag: String
        let expected: StageOutcome

        static let all = [
            Chapter(title: "Version 1 goes to all of them", tag: "1.0.0", expected: .succeeded),
            Chapter(
                title: "Version 2 as a canary: 20 % of the pods, then 10 % of the traffic, then everywhere",
                tag: "2.0.0",
                expected: .succeeded
            ),
            Chapter(
                title: "Version 3 cannot start: its canary fails, no traffic moves, and version 2 is restored",
                tag: "3.0.0-bad",
                expected: .failed
            ),
        ]
    }
}
