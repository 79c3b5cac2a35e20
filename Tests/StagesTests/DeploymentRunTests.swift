import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI
import ManifestSources
@testable import Stages

@Suite("A run of several stages", .timeLimit(.minutes(5)))
struct DeploymentRunTests {
    @Test("ends with the stage that fails, which is then rolled back on every cluster")
    func rolledBack() async throws {
        try await DeploymentFixture.with { fixture in
            fixture.fleet.clusters[1].inject(DeploymentFixture.refusal)
            let report = try await fixture.run()
            #expect(report.outcome == .partial)
            #expect(report.stages.map(\.outcome) == [.succeeded, .partial])
            #expect(report.notReached == ["K8S_CANARY_CLEAN"])
            // What stands in for a rollback removes the canary.
            #expect(report.rollback?.targets.map(\.outcome) == [.succeeded, .succeeded])
            #expect(fixture.canaries == [false, false])
            #expect(!report.isInterrupted)
            #expect(fixture.names == ["0 K8S_CANARY_ROLLOUT", "1 K8S_PRIMARY_ROLLOUT", "3 K8S_CANARY_CLEAN"])
        }
    }

    @Test("says why it is not rolled back, and leaves everything where it is")
    func notPossible() async throws {
        try await DeploymentFixture.with { fixture in
            fixture.fleet.clusters[1].inject(DeploymentFixture.refusal)
            let report = try await fixture.run(.notPossible(name: "K8S_ROLLBACK", "there is no running version"))
            #expect(report.rollback?.stage == "K8S_ROLLBACK")
            #expect(report.rollback?.problems == ["there is no running version"])
            #expect(fixture.canaries == [true, true])
        }
    }

    @Test("is not rolled back when nobody wants that, nor when it succeeds", arguments: [true, false])
    func notWanted(fails: Bool) async throws {
        try await DeploymentFixture.with { fixture in
            if fails { fixture.fleet.clusters[1].inject(DeploymentFixture.refusal) }
            let report = try await fixture.run(fails ? .notWanted : try fixture.rollback)
            #expect(report.outcome == (fails ? .partial : .succeeded))
            #expect(report.rollback == nil)
        }
    }

    @Test("is not rolled back when it is asked to stop, and can go on")
    func stopped() async throws {
        try await DeploymentFixture.with { fixture in
            let report = try await fixture.run { event, stop in
                if case .target(1, let event) = event, case .planned = event.kind { stop.request() }
            }
            #expect(report.stages.map(\.outcome) == [.succeeded, .cancelled])
            #expect(report.rollback == nil)
            #expect(report.isInterrupted)
            #expect(fixture.canaries == [true, true])
        }
    }

    @Test("goes on with the clusters that a stage has not succeeded on, and touches no other")
    func goesOn() async throws {
        try await DeploymentFixture.with { fixture in
            #expect(try await fixture.run().outcome == .succeeded)
            for cluster in fixture.fleet.clusters { cluster.clearRequests() }
            let progress = try await fixture.progress([
                .stageStarted(stage: 0, name: "K8S_CANARY_ROLLOUT"), fixture.finished("eu", .succeeded, stage: 0),
                fixture.finished("us", .cancelled, stage: 0),
            ])
            let report = try await fixture.run(after: progress)
            #expect(report.outcome == .succeeded)
            #expect(report.stages[0].targets.map(\.target) == ["eu", "us"])
            let writes = fixture.fleet.clusters.map { cluster in
                cluster.requests.contains { $0.method == "PATCH" && $0.path.hasSuffix("deployments/orders-canary") }
            }
            #expect(writes == [false, true])
        }
    }

    @Test("does not run a stage again whose clusters are all done, whether its end was written down or not")
    func allDone() async throws {
        try await DeploymentFixture.with { fixture in
            let progress = try await fixture.progress([
                .stageStarted(stage: 0, name: "K8S_CANARY_ROLLOUT"), fixture.finished("eu", .succeeded, stage: 0),
                fixture.finished("us", .succeeded, stage: 0),
                .stageFinished(.init(stage: 0, outcome: .succeeded)),
                .stageStarted(stage: 1, name: "K8S_PRIMARY_ROLLOUT"), fixture.finished("eu", .succeeded, stage: 1),
                fixture.finished("us", .succeeded, stage: 1),
            ])
            let report = try await fixture.run(after: progress)
            #expect(report.outcome == .succeeded)
            #expect(report.stages.map(\.targets.count) == [2, 2, 2])
            #expect(fixture.names == ["1 K8S_PRIMARY_ROLLOUT", "2 K8S_CANARY_CLEAN"])
            #expect(fixture.fleet.clusters.allSatisfy { $0.requests.allSatisfy { $0.method == "GET" } })
        }
    }

    @Test("goes on with its rollback, and not with the stage that has failed")
    func goesOnRollingBack() async throws {
        try await DeploymentFixture.with { fixture in
            #expect(try await fixture.fleet.run("K8S_CANARY_ROLLOUT", of: fixture.application).outcome == .succeeded)
            let progress = try await fixture.progress([
                .stageStarted(stage: 0, name: "K8S_CANARY_ROLLOUT"), fixture.finished("eu", .failed, stage: 0),
                fixture.finished("us", .failed, stage: 0), .stageFinished(.init(stage: 0, outcome: .failed)),
                .stageStarted(stage: 3, name: "K8S_CANARY_CLEAN"), fixture.finished("eu", .succeeded, stage: 3),
            ])
            let report = try await fixture.run(after: progress)
            #expect(report.outcome == .failed)
            #expect(report.rollback?.outcome == .succeeded)
            #expect(report.rollback?.targets.map(\.target) == ["eu", "us"])
            // The first one was restored before, as far as the journal knows.
            #expect(fixture.canaries == [true, false])
            #expect(fixture.names == ["3 K8S_CANARY_CLEAN"])
        }
    }

    @Test("is written down so that its journal tells what it reports")
    func recorded() async throws {
        try await withTemporaryDirectory { directory in
            try await DeploymentFixture.with { fixture in
                fixture.fleet.clusters[1].inject(DeploymentFixture.refusal)
                let path = "\(directory)/j"
                let header = try await fixture.deployment().header(run: RunID("r1"))
                let journal = try Journal.create(path, header: header, at: .now)
                let recorder = JournalRecorder(journal) { Issue.record("\($0)") }
                let report = try await fixture.run { event, _ in recorder.record(event) }
                let text = try JournalText(try TestFiles.read(path))
                let progress = try RunProgress(text.records)
                for (number, stage) in (report.stages + [report.rollback].compactMap(\.self)).enumerated() {
                    let told = try #require(progress.stages[number == 2 ? 3 : number]).report(order: ["eu", "us"])
                    #expect(told.stage == stage.stage)
                    #expect(told.outcome == stage.outcome)
                    #expect(told.targets.map(\.error) == stage.targets.map(\.error))
                    #expect(told.targets.map { Set($0.changes) } == stage.targets.map { Set($0.changes) })
                    #expect(told.targets.map(\.left) == stage.targets.map(\.left))
                }
                #expect(progress.header.stages.count == 3)
                recorder.finish(report)
                #expect(try RunProgress(try JournalText(try TestFiles.read(path)).records).outcome == .partial)
            }
        }
    }

    @Test("has another digest when anything that it deploys is another, and the same when nothing is")
    func digest() async throws {
        let files = ["a.yaml": Text.configMap]
        var digests: [String] = []
        let variations = [
            (files, "{}"), (["a.yaml": "# a comment\n" + Text.configMap], "{}"),
            (["a.yaml": Text.configMap.replacing("info", with: "debug")], "{}"), (files, "{readiness: {wait: false}}"),
        ]
        for (files, plugin) in variations {
            try await ApplicationFixture.with(files, plugin: plugin) { application in
                let targets = [DeployTarget(name: "eu", access: .offline)]
                let request = try application.request("K8S_PRIMARY_ROLLOUT", targets: targets)
                digests.append(try await RunDigest.digest(of: [request]))
            }
        }
        #expect(digests[0] == digests[1])
        #expect(Set(digests).count == 3)
        #expect(digests.allSatisfy { $0.count == 64 })
    }

    @Test(
        "has a digest also when the running version cannot be loaded, wherever that lies, and another when it changes",
        arguments: [
            // It is deployed to another cluster, or needs a tool, or a file of it is broken.
            ("{input: {multiTargets: [{target: {name: us}}]}}", "a.yaml"), ("{}", "kustomization.yaml"),
            ("{input: {manifests: [broken.yaml]}}", "broken.yaml"),
        ]
    )
    func digestOfUnreadable(plugin: String, file: String) async throws {
        var running = VersionText(Text.configMap, plugin: plugin)
        running.files[file] = running.files[file] ?? "kind: ["
        var other = running
        other.plugin = (plugin == "{}" ? "{" : "\(plugin.dropLast()), ") + "readiness: {wait: false}}"
        var digests: [String] = []
        for version in [running, running, other] {
            try await VersionsFixture.with(running: version, target: VersionText(Text.configMap)) { versions in
                let targets = [DeployTarget(name: "eu", access: .offline)]
                digests.append(try await RunDigest.digest(of: [try versions.request("K8S_SYNC", targets: targets)]))
            }
        }
        #expect(digests[0] == digests[1])
        #expect(digests[1] != digests[2])
    }
}

@Suite("The digest of a run", .timeLimit(.minutes(5)))
struct RunDigestTests {
    @Test("does not hold why the running version cannot be rendered: tools name processes, times and directories")
    func reasons() async throws {
        var running = VersionText(Text.configMap)
        running.files["kustomization.yaml"] = ""
        try await withTemporaryDirectory { directory in
            let kustomize = try StandIn("kustomize", in: directory, "echo \"process $$ failed\" >&2; exit 1")
            let tools = Tools(paths: [.kustomize: kustomize.path], environment: ["PATH": StandIn.systemPath])
            try await VersionsFixture.with(running: running, target: VersionText(Text.configMap)) { versions in
                let targets = [DeployTarget(name: "eu", access: .offline)]
                let request = try versions.request("K8S_SYNC", targets: targets)
                var digests: Set<String> = []
                for _ in 0..<2 {
                    digests.insert(try await RunDigest.digest(of: [request], ManifestLoader(tools: tools)))
                }
                #expect(digests.count == 1)
                #expect(kustomize.runs.count >= 2)
            }
        }
    }
}

/// An application of three stages, and clusters on which its primary is running.
private struct DeploymentFixture: Sendable {
    let application: ApplicationFixture
    let fleet: Fleet
    private let started = Lock<[String]>([])

    /// What makes the second stage fail.
    static let refusal = Fault(
        .status(code: 403, reason: "Forbidden", message: "no"),
        verbs: [.patch],
        resource: "deployments",
        name: "orders"
    )

    static func with(_ body: (DeploymentFixture) async throws -> Void) async throws {
        let plugin = "{readiness: {wait: false}}"
        try await ApplicationFixture.with(["a.yaml": Text.deployment(variant: true)], plugin: plugin) { application in
            try await Fleet.with(["eu", "us"]) { fleet in
                let first = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(first.outcome == .succeeded)
                for cluster in fleet.clusters { cluster.clearRequests() }
                try await body(DeploymentFixture(application: application, fleet: fleet))
            }
        }
    }

    /// The stages that began, with their numbers.
    var names: [String] { started.withLock { $0 } }

    /// Whether each cluster has the canary.
    var canaries: [Bool] { fleet.clusters.map { $0.object("\(Path.deployments)/orders-canary") != nil } }

    /// A stage that stands in for a rollback.
    var rollback: Deployment.Rollback {
        get throws { .stage(try application.request("K8S_CANARY_CLEAN", targets: fleet.targets)) }
    }

    func deployment(_ rollback: Deployment.Rollback? = nil) throws -> Deployment {
        let names = ["K8S_CANARY_ROLLOUT", "K8S_PRIMARY_ROLLOUT", "K8S_CANARY_CLEAN"]
        let stages = try names.map { try application.request($0, targets: fleet.targets) }
        return Deployment(stages: stages, rollback: try rollback ?? self.rollback)
    }

    func run(
        _ rollback: Deployment.Rollback? = nil,
        after progress: RunProgress? = nil,
        onEvent: @escaping @Sendable (DeploymentEvent, StopSignal) -> Void = { _, _ in }
    ) async throws -> DeploymentReport {
        let stop = StopSignal()
        let run = DeploymentRun(try deployment(rollback), connections: fleet.connections, stop: stop) { event in
            if case .stageStarted(let number, let name) = event { started.withLock { $0.append("\(number) \(name)") } }
            onEvent(event, stop)
        }
        return await run.run(after: progress)
    }

    /// The progress that a journal with these events tells.
    func progress(_ events: [JournalRecord.Event]) async throws -> RunProgress {
        let header = try await deployment().header(run: RunID("r1"))
        let records = ([.runStarted(header)] + events).map { JournalRecord(time: Moment(sinceEpoch: .zero), event: $0) }
        return try RunProgress(records)
    }

    func finished(_ target: String, _ outcome: TargetOutcome, stage: Int) -> JournalRecord.Event {
        .targetFinished(.init(stage: stage, target: target), outcome, error: nil, left: [])
    }
}
