import FakePiped
import GRPCCore
import Manifests
import PipedAPI
import TestSupport
import Testing

@Suite("The controller of the fake piped", .timeLimit(.minutes(5)))
struct ControllerTests {
    @Test("makes the calls of a pipeline in order, each stage with sources of its own")
    func pipeline() async throws {
        try await ControllerFixture.with { fixture in
            let done = try await fixture.deploy()
            #expect(
                fixture.piped.state.journal == [
                    "demo FetchDefinedStages", "deployment PENDING", "demo DetermineVersions", "demo DetermineStrategy",
                    "demo BuildPipelineSyncStages", "deployment PLANNED", "deployment RUNNING",
                    "stage DEMO_CANARY RUNNING", "demo ExecuteStage DEMO_CANARY", "stage DEMO_CANARY SUCCESS",
                    "stage DEMO_ROLLOUT RUNNING", "demo ExecuteStage DEMO_ROLLOUT", "stage DEMO_ROLLOUT SUCCESS",
                    "deployment SUCCESS",
                ]
            )
            #expect(done.stages.map(\.requires) == [[], ["d1-s1"], []])
            #expect(done.versions.map(\.version) == ["unknown"])
            #expect(done.deployTargetsByPlugin.keys.sorted() == ["demo"])
            let calls = fixture.plugin.executed.map(\.input)
            #expect(calls.map { String(decoding: $0.stageConfig, as: UTF8.self) } == [#"{"percent":10}"#, "{}"])
            #expect(Set(calls.map(\.targetDeploymentSource.applicationDirectory)).count == 2)
            #expect(calls.allSatisfy { $0.runningDeploymentSource.commitHash == "aaa" })
            #expect(fixture.piped.state.succeeded["app-1"] == fixture.second)
        }
    }

    @Test(
        "ends a deployment by what its first stage says",
        arguments: [
            (.stageSuccess, .deploymentSuccess, ["DEMO_CANARY", "DEMO_ROLLOUT"]),
            (.stageSkipped, .deploymentSuccess, ["DEMO_CANARY", "DEMO_ROLLOUT"]),
            (.stageExited, .deploymentSuccess, ["DEMO_CANARY"]),
            (.stageFailure, .deploymentFailure, ["DEMO_CANARY", "DEMO_ROLLBACK"]),
            (.stageCancelled, .deploymentCancelled, ["DEMO_CANARY", "DEMO_ROLLBACK"]),
        ] as [(PipedStageStatus, PipedDeploymentStatus, [String])]
    )
    func results(status: PipedStageStatus, end: PipedDeploymentStatus, stages: [String]) async throws {
        var script = ControllerFixture.script
        script.execute = { $0.input.stage.name == "DEMO_CANARY" ? status : .stageSuccess }
        try await ControllerFixture.with(script) { fixture in
            let done = try await fixture.deploy()
            #expect(done.status == end)
            #expect(fixture.plugin.executed.map(\.input.stage.name) == stages)
            #expect((fixture.piped.state.succeeded["app-1"] == fixture.second) == (end == .deploymentSuccess))
        }
    }

    @Test("takes an error of a stage for a failure, and rolls back with the options of the entry at its index")
    func error() async throws {
        var script = ControllerFixture.script
        script.execute = { request in
            guard request.input.stage.rollback else { throw RPCError(code: .internalError, message: "no") }
            return .stageFailure
        }
        try await ControllerFixture.with(script) { fixture in
            let failed = try await fixture.deploy()
            #expect(failed.status == .deploymentFailure)
            let rollback = try #require(fixture.plugin.executed.last?.input)
            #expect(String(decoding: rollback.stageConfig, as: UTF8.self) == #"{"percent":10}"#)
            #expect(rollback.stage.requires == ["d1-s1"])
        }
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let spec: String
        let change: @Sendable (inout ScriptedPlugin.Script) -> Void
    }

    @Test(
        "dies or hangs where the real one does",
        arguments: [
            .init(testDescription: "created_at is 0", spec: "", change: { $0.change = { $0[0].createdAt = 0 } }),
            .init(testDescription: "updated_at is 0", spec: "", change: { $0.change = { $0[0].updatedAt = 0 } }),
            .init(testDescription: "a negative index", spec: "", change: { $0.change = { $0[0].index = -1 } }),
            .init(testDescription: "status 0", spec: "", change: { $0.execute = { _ in .stageNotStartedYet } }),
            .init(testDescription: "status 1", spec: "", change: { $0.execute = { _ in .stageRunning } }),
            .init(testDescription: "status 7", spec: "", change: { $0.execute = { _ in .UNRECOGNIZED(7) } }),
        ] as [Mistake]
    )
    func crashes(mistake: Mistake) async throws {
        var script = ControllerFixture.script
        mistake.change(&script)
        try await ControllerFixture.with(script, spec: mistake.spec) { fixture in
            await #expect(throws: Crash.self) { _ = try await fixture.deploy() }
            #expect(fixture.piped.state.crashes.count == 1)
        }
    }

    @Test(
        "fails a plan with indexes that were not asked for, and one without a vote",
        arguments: [
            { $0.change = { $0[1].index = 0 } },
            { $0.change = { $0[1].index = 5 } },
            { $0.strategy = nil },
            { $0.change = { $0 = [] } },
        ] as [@Sendable (inout ScriptedPlugin.Script) -> Void]
    )
    func badPlan(change: @Sendable (inout ScriptedPlugin.Script) -> Void) async throws {
        var script = ControllerFixture.script
        change(&script)
        try await ControllerFixture.with(script) { fixture in
            let failed = try await fixture.deploy()
            #expect(failed.status == .deploymentFailure)
            #expect(failed.statusReason == "unable to plan")
        }
    }

    struct Ladder: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var spec = ControllerFixture.pipeline
        var message = "change"
        var isFirst = false
        var commander = ""
        var wish = PipedSyncStrategy.auto
        let strategy: PipedSyncStrategy
        var asked = false
    }

    @Test(
        "chooses the strategy by its own rules before it asks",
        arguments: [
            .init(testDescription: "the user's wish", wish: .quickSync, strategy: .quickSync),
            .init(testDescription: "no pipeline", spec: "", strategy: .quickSync),
            .init(
                testDescription: "always the pipeline",
                spec: "planner: {alwaysUsePipeline: true}\n  \(ControllerFixture.pipeline)",
                isFirst: true,
                strategy: .pipeline
            ),
            .init(
                testDescription: "the message says pipeline",
                spec: "commitMatcher: {pipeline: '^full'}\n  \(ControllerFixture.pipeline)",
                message: "full: x",
                isFirst: true,
                strategy: .pipeline
            ),
            .init(
                testDescription: "the message says quick sync",
                spec: "commitMatcher: {quickSync: '^quick'}\n  \(ControllerFixture.pipeline)",
                message: "quick: x",
                strategy: .quickSync
            ),
            .init(
                testDescription: "the message does not count for a commander",
                spec: "commitMatcher: {quickSync: '^quick'}\n  \(ControllerFixture.pipeline)",
                message: "quick: x",
                commander: "ann",
                strategy: .pipeline,
                asked: true
            ),
            .init(testDescription: "the first deployment", isFirst: true, strategy: .quickSync),
            .init(testDescription: "the vote", strategy: .pipeline, asked: true),
        ] as [Ladder]
    )
    func strategy(test: Ladder) async throws {
        try await ControllerFixture.with(spec: test.spec, message: test.message, isFirst: test.isFirst) { fixture in
            let planned = try await fixture.controller.plan(
                fixture.second,
                of: ControllerFixture.application,
                commander: test.commander,
                strategy: test.wish
            )
            #expect(planned.trigger.syncStrategy == test.strategy)
            #expect(fixture.piped.state.journal.contains("demo DetermineStrategy") == test.asked)
        }
    }
}
