import ArgumentParser
import FakeKubernetes
import KubernetesAPI
import Rollouts
import Stages

/// `flotilla demo`: a canary rollout on three embedded clusters, and one that is stopped in time.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows a canary rollout on three clusters inside this process.",
        discussion: "It listens on loopback only, takes under half a minute, needs nothing and leaves nothing behind."
    )

    @Option(help: "The directory of the sample application. Default: manifests/shop.")
    var app: String?

    func run() async throws {
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

        let chapters: [Chapter] = [
            Chapter(
                title: "Version 1 goes to all of them",
                tag: "1.0.0",
                stages: { $0.filter { $0.name?.kind == .primaryRollout } },
                expected: .succeeded
            ),
            Chapter(
                title: "Version 2 as a canary: 20 % of the pods, then 10 % of the traffic, then everywhere",
                tag: "2.0.0",
                stages: { $0 },
                expected: .succeeded
            ),
            Chapter(
                title: "Version 3 cannot start: its canary fails, and no traffic moves",
                tag: "3.0.0-bad",
                stages: { $0 },
                expected: .failed
            ),
            Chapter(
                title: "The failed canary is removed",
                tag: "3.0.0-bad",
                stages: { $0.filter { $0.name?.kind == .canaryClean } },
                expected: .succeeded
            ),
        ]
        for chapter in chapters {
            let outcome = try await tell(chapter)
            if outcome == .cancelled { return .cancelled }
        }
        return .succeeded
    }

    private func tell(_ chapter: Chapter) async throws -> StageOutcome {
        title(chapter.title)
        let source = "\(directory)/\(chapter.tag)"
        try sample.write(tag: chapter.tag, into: source)
        let session = Session(
            application: try Application.load(directory: source),
            identity: Application.Identity(piped: "flotilla", application: "shop", commit: chapter.tag),
            targets: clusters.map {
                let path = "\(directory)/\($0.name).kubeconfig"
                return DeployTarget(name: $0.name, access: .cluster(path: path, context: nil))
            },
            connections: connections,
            stop: stop
        )
        let stages = chapter.stages(session.application.configuration.pipeline)
        let requests = stages.compactMap { stage -> StageRequest? in
            guard let name = stage.name, var options = stage.options else { return nil }
            options.readiness = ReadinessPolicy(deadline: .seconds(20))
            return session.request(name, options)
        }
        let history = Lock<[String]>([])
        let report = try await session.run(Deployment(stages: requests)) { [clusters] event in
            guard case .stageFinished(_, let stage, _) = event else { return }
            let lines = DemoState.lines(of: clusters).map { "  \(stage.stage.padded(to: 20)) \($0)" }
            history.withLock { $0 += lines }
        }
        for stage in report.stages where stage.outcome != .succeeded { Console.output(stage.text) }
        if !report.notReached.isEmpty { Console.output("not reached: \(report.notReached.joined(separator: ", "))") }
        Console.output("After each stage:")
        Console.output(history.withLock { $0 }.joined(separator: "\n"))
        guard report.outcome == chapter.expected || report.outcome == .cancelled else {
            throw ApplicationError(problems: ["the demo expected \(chapter.expected), and it is \(report.outcome)"])
        }
        return report.outcome
    }

    private func title(_ text: String) {
        Console.output("\n\(text)")
    }

    /// One part of the demo.
    private struct Chapter {
        let title: String
        let tag: String
        let stages: ([PipelineStage]) -> [PipelineStage]
        let expected: StageOutcome
    }
}
