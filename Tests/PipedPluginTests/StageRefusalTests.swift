import FakeKubernetes
import Manifests
import PipedAPI
import Testing

@Suite("A stage that cannot be run", .timeLimit(.minutes(5)))
struct StageRefusalTests {
    /// What piped sends, and what the log says.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var stage = "K8S_SYNC"
        var options = ""
        var spec = ["plugins: {fleet: {}}"]
        var targets: [String]? = nil
        var running: SourceFixture?
        let lines: [String]

        var testDescription: String { name }
    }

    private static let cases = [
        Case(
            name: "an unknown field of the application file",
            spec: ["plugins: {fleet: {quickSnyc: {}, inputs: {}}}"],
            lines: [
                "app.pipecd.yaml:5:21: spec.plugins.fleet.quickSnyc: unknown field, did you mean \"quickSync\"", "",
            ]
        ),
        Case(name: "a file that is no YAML", spec: ["plugins: {fleet"], lines: ["app.pipecd.yaml:"]),
        Case(
            name: "a wrong option",
            options: "{\"prun\": true}",
            lines: ["spec.pipeline.stages[0].with.prun: unknown field, did you mean \"prune\""]
        ),
        Case(name: "options that are no JSON", options: "{", lines: ["K8S_SYNC: with:1:2"]),
        Case(name: "an unknown stage", stage: "K8S_SYNK", lines: ["unsupported stage \"K8S_SYNK\", did you mean"]),
        Case(name: "no target", targets: [], lines: ["the application has no deploy target of the plugin \"fleet\""]),
        Case(
            name: "an unknown target",
            targets: ["europe", "eu2"],
            lines: [
                "deploy target \"europe\" is not among those that piped configures for the plugin \"fleet\"; add it",
                "deploy target \"eu2\" is not among those that piped configures for the plugin \"fleet\", did you mean",
            ]
        ),
        Case(
            name: "nothing to run on",
            options: "{\"multiTargets\": [\"asia\"]}",
            lines: ["the stage lists asia; the application deploys to eu"]
        ),
        Case(
            name: "a file that is not there",
            spec: ["plugins: {fleet: {input: {manifests: [none.yaml]}}}"],
            lines: ["none.yaml"]
        ),
        Case(
            name: "a rollback on a first deployment",
            stage: "K8S_ROLLBACK",
            lines: ["K8S_ROLLBACK: no version was deployed with success before, so there is nothing to restore"]
        ),
        Case(
            name: "a baseline on a first deployment",
            stage: "K8S_BASELINE_ROLLOUT",
            options: "{}",
            lines: ["K8S_BASELINE_ROLLOUT: no version was deployed with success before"]
        ),
        Case(
            name: "a pipeline that cannot work",
            stage: "K8S_CANARY_ROLLOUT",
            options: "{}",
            spec: [
                "plugins: {fleet: {service: {name: orders}}}",
                "pipeline: {stages: [{name: K8S_CANARY_ROLLOUT}, {name: K8S_TRAFFIC_ROUTING, with: {baseline: 5}}]}",
            ],
            lines: [""]
        ),
    ]

    @Test("fails when piped does not say whose the objects are")
    func noOwner() async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            for stage in ["K8S_SYNC", "K8S_ROLLBACK"] {
                let source = SourceFixture(files: ["a.yaml": SourceFixture.deployment()])
                var request = try fixture.request(stage, of: source, running: source, id: stage, application: "")
                request.input.deployment.pipedID = ""
                let status = try await fixture.service.executeStage(request).status
                #expect(status == .stageFailure)
                #expect(
                    fixture.piped.log(of: stage).lines
                        == ["application", "piped"].map {
                            "error: piped sent no \($0) ID, by which objects are told from those of others"
                        }
                )
            }
            #expect(fixture.clusters[0].requests.isEmpty)
        }
    }

    @Test(
        "fails before a pipeline begins that an added target is too new for, and there is nothing to roll back",
        arguments: [
            ("[{name: K8S_CANARY_ROLLOUT}, {name: K8S_TRAFFIC_ROUTING, with: {all: primary}}]", 0),
            (
                "[{name: WAIT_APPROVAL}, {name: K8S_CANARY_ROLLOUT}, "
                    + "{name: K8S_TRAFFIC_ROUTING, with: {all: primary}}]", 1
            ),
        ] as [(String, Int)]
    )
    func newTarget(stages: String, index: Int) async throws {
        try await PluginFixture.with(["eu", "us"]) { fixture in
            let block = "plugins: {fleet: {input: {multiTargets: [{target: {name: eu}}]}}}"
            var running = ExecuteStageTests.running
            running.spec = [block]
            var target = ExecuteStageTests.target
            target.spec = ["plugins: {fleet: {}}", "pipeline: {stages: \(stages)}"]
            try await fixture.expect(.stageSuccess, "K8S_SYNC", of: running)
            let before = fixture.clusters.map { $0.requests.count { $0.method != "GET" } }
            var request = try fixture.request("K8S_CANARY_ROLLOUT", "{}", of: target, running: running, id: "canary")
            request.input.stage.index = Int32(index)
            let status = try await fixture.service.executeStage(request).status
            #expect(status == .stageFailure)
            let errors = fixture.piped.log(of: "canary").lines.filter { $0.hasPrefix("error: ") }
            #expect(
                errors == [
                    "error: us: the running version has no workload there, which stages[\(index + 1)] "
                        + "(K8S_TRAFFIC_ROUTING) needs; deploy us by quick sync first: flotilla run with only that "
                        + "target and --strategy quickSync, or in PipeCD a sync with the strategy QUICK_SYNC"
                ]
            )
            #expect(fixture.clusters.map { $0.requests.count { $0.method != "GET" } } == before)
            try await fixture.expect(.stageSuccess, "K8S_ROLLBACK", "{}", of: target, running: running, id: "back")
            #expect(fixture.clusters[1].object("\(Path.deployments)/orders") == nil)
        }
    }

    @Test("fails with a line for each mistake, and touches no cluster", arguments: cases)
    func refusal(_ item: Case) async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            let source = SourceFixture(spec: item.spec, files: ["a.yaml": SourceFixture.deployment()])
            let request = try fixture.request(item.stage, item.options, of: source, on: item.targets)
            let status = try await fixture.service.executeStage(request).status
            #expect(status == .stageFailure)
            let log = fixture.piped.log(of: "stage-1")
            let errors = log.lines.filter { $0.hasPrefix("error: ") && !$0.hasPrefix("error: K8S_SYNC failed") }
            #expect(errors.count == item.lines.count, "\(log.lines)")
            for (line, text) in zip(errors, item.lines) { #expect(line.contains(text) || text.isEmpty, "\(line)") }
            #expect(log.isClosed)
            #expect(fixture.clusters[0].requests.isEmpty)
        }
    }
}
