import Glibc
import KubernetesAPI
import ManifestSources
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages

@Suite("Targets with kustomizations of their own", .timeLimit(.minutes(5)))
struct KustomizeStageTests {
    /// An application with an overlay for each name, and a kustomize that gives an object of that name.
    private func withApplication(
        targets: [(name: String, overlay: String)],
        before lines: String = "",
        _ body: (ApplicationFixture, ManifestLoader, StandIn) async throws -> Void
    ) async throws {
        let entries = targets.map { "{target: {name: \($0.name)}, kustomizeDir: overlays/\($0.overlay)}" }
        let overlays = Set(targets.map(\.overlay))
        let files = overlays.map { ("overlays/\($0)/kustomization.yaml", "") }
        try await ApplicationFixture.with(
            Dictionary(uniqueKeysWithValues: files),
            plugin: "{input: {multiTargets: [\(entries.joined(separator: ", "))]}}"
        ) { application in
            try await withTemporaryDirectory { directory in
                let print = "echo \"{apiVersion: v1, kind: ConfigMap, metadata: {name: $(basename $PWD)}}\""
                let kustomize = try StandIn("kustomize", in: directory, "\(lines)\n\(print)")
                let tools = Tools(
                    paths: [.kustomize: kustomize.path],
                    environment: ["PATH": StandIn.systemPath, "TMPDIR": "\(directory)/temporary"]
                )
                for path in ["\(directory)/temporary", "\(application.directory)/.git"] {
                    try TestFiles.makeDirectory(path)
                }
                try await body(application, ManifestLoader(tools: tools), kustomize)
                #expect(try TestFiles.names(in: "\(directory)/temporary") == [])
            }
        }
    }

    @Test(
        "BEYOND-21 are rendered at the same time without meeting each other's files, and equal ones once for all stages"
    )
    func apart() async throws {
        let targets = (0..<12).map { (name: "t\($0)", overlay: "o\($0 % 6)") }
        let lines = """
            for file in generated ../../generated; do
              [ -e $file ] && { echo "there is another's $file" >&2; exit 1; }
              touch $file
            done
            """
        try await withApplication(targets: targets, before: lines) { application, manifests, kustomize in
            let offline = targets.map { DeployTarget(name: $0.name, access: .offline) }
            let request = try application.request("K8S_SYNC", targets: offline)
            let runner = StageRunner(connections: ClusterConnections(engine: HTTPEngine()), manifests: manifests)
            for _ in 0..<2 {
                let plan = try await runner.plan(request)
                for (cluster, target) in zip(plan.clusters, targets) {
                    #expect(cluster.target == target.name)
                    #expect(cluster.summary.contains("apply :ConfigMap::\(target.overlay)"), "\(cluster.summary)")
                }
            }
            let planning = DeploymentPlanning(
                application: request.application,
                identity: request.identity,
                targets: offline,
                manifests: manifests
            )
            #expect(try await planning.plan().requests.count == 1)
            let validation = Validation(
                application: request.application,
                identity: request.identity,
                manifests: manifests
            )
            #expect(await validation.findings().problems == [])
            #expect(kustomize.runs.count == 6)
            #expect(try TestFiles.names(in: application.directory) == ["app.pipecd.yaml", "overlays"])
        }
    }

    @Test("get what is theirs when a stage runs")
    func run() async throws {
        try await withApplication(targets: [("eu", "one"), ("us", "two")]) { application, manifests, _ in
            try await Fleet.with(["eu", "us"]) { fleet in
                let request = try application.request("K8S_SYNC", targets: fleet.targets)
                let runner = StageRunner(connections: fleet.connections, manifests: manifests, patience: nil)
                let report = await runner.run(request)
                #expect(report.outcome == .succeeded, "\(report)")
                #expect(fleet.names(Path.configMaps, 0) == ["one"])
                #expect(fleet.names(Path.configMaps, 1) == ["two"])
            }
        }
    }

    @Test("that cannot be rendered keep all from being touched, and every reason is told once")
    func failure() async throws {
        let lines = "[ $(basename $PWD) = good ] || { echo \"$(basename $PWD) is broken\" >&2; exit 1; }"
        let targets = [("eu", "bad"), ("us", "good"), ("ap", "worse"), ("sa", "bad")]
        try await withApplication(targets: targets, before: lines) { application, manifests, _ in
            let offline = targets.map { DeployTarget(name: $0.0, access: .offline) }
            let request = try application.request("K8S_SYNC", targets: offline)
            let runner = StageRunner(connections: ClusterConnections(engine: HTTPEngine()), manifests: manifests)
            let report = await runner.run(request)
            #expect(report.outcome == .failed)
            #expect(
                report.problems == [
                    "kustomize build overlays/bad: bad is broken (exit code 1)",
                    "kustomize build overlays/worse: worse is broken (exit code 1)",
                ]
            )
        }
    }

    @Test("or with files of their own tell the same mistake once")
    func sameMistake() async throws {
        let entries = "{target: {name: eu}, manifests: [a.yaml]}, {target: {name: us}, manifests: [a.yaml, a.yaml]}"
        try await ApplicationFixture.with(["a.yaml": "kind: ["], plugin: "{input: {multiTargets: [\(entries)]}}") {
            let targets = ["eu", "us"].map { DeployTarget(name: $0, access: .offline) }
            let request = try $0.request("K8S_SYNC", targets: targets)
            let report = await StageRunner(connections: ClusterConnections(engine: HTTPEngine())).run(request)
            #expect(report.problems.count == 1 && report.problems[0].hasPrefix("a.yaml:"), "\(report.problems)")
        }
    }

    @Test("stop being rendered when the run is to stop, and count as cancelled")
    func stopped() async throws {
        try await withApplication(targets: [("eu", "one")], before: "exec sleep 1000") {
            application,
            manifests,
            kustomize in
            let request = try application.request("K8S_SYNC", targets: [DeployTarget(name: "eu", access: .offline)])
            let stop = StopSignal()
            let connections = ClusterConnections(engine: HTTPEngine())
            let runner = StageRunner(connections: connections, manifests: manifests, stop: stop)
            let report = await withTaskGroup(of: StageReport.self) { group in
                group.addTask { await runner.run(request) }
                await Polling.wait { !kustomize.runs.isEmpty }
                stop.request()
                return await group.next()
            }
            #expect(report?.outcome == .cancelled)
            #expect(report?.targets.map(\.error) == ["stopped on request"])
        }
    }
}
