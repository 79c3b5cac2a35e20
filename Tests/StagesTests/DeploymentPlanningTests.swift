import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages

@Suite("The plan of a deployment")
struct DeploymentPlanningTests {
    private static let pipeline = "[{name: K8S_CANARY_ROLLOUT}, {name: K8S_PRIMARY_ROLLOUT}, {name: K8S_CANARY_CLEAN}]"
    private static let next = Text.deployment(image: "registry.test/shop/orders:1.5.0")

    @Test("is the pipeline when an image changes, with a rollback in the family of the user's stages")
    func pipeline() async throws {
        let running = VersionText(Text.deployment())
        let target = VersionText(Self.next, stages: Self.pipeline)
        try await VersionsFixture.with(running: running, target: target) { versions in
            let plan = try await versions.plan(["eu", "us"])
            #expect(plan.decision.text == "images change: orders 1.4.0 -> 1.5.0")
            #expect(plan.versions.all.map(\.version) == ["1.5.0"] && plan.versions.areSameEverywhere)
            #expect(
                plan.requests.map(\.stage.text) == ["K8S_CANARY_ROLLOUT", "K8S_PRIMARY_ROLLOUT", "K8S_CANARY_CLEAN"]
            )
            #expect(plan.rollback?.stage.text == "K8S_ROLLBACK" && plan.rollback?.running != nil)
            #expect(plan.stages.map(\.index) == [0, 1, 2, 0] && plan.notes.isEmpty)
        }
    }

    @Test("is a quick sync when only pods are added, or nothing runs yet, or there is no pipeline")
    func quickSync() async throws {
        let running = VersionText(Text.deployment())
        let scaled = VersionText(Text.deployment(replicas: 6), stages: Self.pipeline)
        try await VersionsFixture.with(running: running, target: scaled) { versions in
            let plan = try await versions.plan(["eu"])
            #expect(plan.decision.reason.code == "scaled")
            #expect(plan.requests.map(\.stage.text) == ["K8S_MULTI_SYNC"])
            #expect(plan.rollback?.stage.text == "K8S_MULTI_ROLLBACK")
        }
        try await VersionsFixture.with(target: VersionText(Self.next, stages: Self.pipeline)) { versions in
            let plan = try await versions.plan(["eu"])
            #expect(plan.decision.reason == .firstDeployment)
            #expect(plan.notes == ["a failure cannot be rolled back: no running version is known"])
        }
        try await VersionsFixture.with(running: running, target: VersionText(Self.next)) { versions in
            let plan = try await versions.plan(["eu"])
            #expect(plan.decision.reason == .noPipeline)
        }
    }

    @Test("STR-18 compares each target's own files, and names the target that differs")
    func directories() async throws {
        try await VersionsFixture.with(running: Self.perTarget(), target: Self.perTarget(us: Self.next)) { versions in
            let plan = try await versions.plan(["eu", "us"])
            #expect(plan.decision.text == "on us: images change: orders 1.4.0 -> 1.5.0")
            #expect(plan.decision.targets.map(\.reason.code) == ["nothing-special", "image-changed"])
            #expect(plan.versions.targets.map { $0.versions.map(\.version) } == [["1.4.0"], ["1.5.0"]])
        }
    }

    @Test("BEYOND-09 goes on when a target is added with files that the running version does not have")
    func addedTarget() async throws {
        var running = Self.perTarget()
        running.files["us.yaml"] = nil
        running.plugin = "{input: {multiTargets: [{target: {name: eu}, manifests: [eu.yaml]}]}}"
        try await VersionsFixture.with(running: running, target: Self.perTarget()) { versions in
            let plan = try await versions.plan(["eu", "us"])
            #expect(plan.decision.strategy == .quickSync)
            #expect(plan.decision.targets.map(\.reason.code) == ["nothing-special", "no-running-workload"])
        }
    }

    @Test("reads the running version where its own application file says, not where the new one does")
    func movedFiles() async throws {
        let running = VersionText(Text.deployment(), plugin: "{input: {manifests: [a.yaml]}}")
        var target = VersionText(stages: Self.pipeline)
        target.files = ["b.yaml": Self.next]
        target.plugin = "{input: {manifests: [b.yaml]}}"
        try await VersionsFixture.with(running: running, target: target) { versions in
            let plan = try await versions.plan(["eu"])
            #expect(plan.decision.reason.code == "image-changed")
        }
    }

    @Test("asks for the pipeline where the running version cannot be read, and says why")
    func unreadable() async throws {
        var running = Self.perTarget()
        running.files["us.yaml"] = "kind: ["
        var target = Self.perTarget()
        target.plugin = target.plugin.replacing("]}]}}", with: "]}, {target: {name: ap}, manifests: [eu.yaml]}]}}")
        try await VersionsFixture.with(running: running, target: target) { versions in
            let plan = try await versions.plan(["eu", "us", "ap"])
            let codes = plan.decision.targets.map(\.reason.code)
            #expect(codes == ["nothing-special", "diff-error", "no-running-workload"])
            #expect(plan.decision.text.hasPrefix("on us: the two versions cannot be compared: us.yaml:"))
        }
    }

    @Test("fails when the new version cannot be read")
    func unreadableTarget() async throws {
        try await VersionsFixture.with(target: VersionText("kind: [")) { versions in
            let error = await #expect(throws: (any Error).self) { try await versions.plan(["eu"]) }
            #expect(error.map { "\($0)" }?.contains("a.yaml:") == true)
        }
    }

    @Test("follows the commit message, and warns of patterns that are none")
    func commitMessage() async throws {
        let running = VersionText(Text.deployment())
        let target = VersionText(Self.next, stages: Self.pipeline)
        try await VersionsFixture.with(running: running, target: target) { versions in
            let path = "\(versions.target.directory)/app.pipecd.yaml"
            let text = try TestFiles.text(path)
            let matcher = "spec:\n  commitMatcher: {pipeline: '[', quickSync: '^fix'}"
            try TestFiles.write(text.replacing("spec:", with: matcher), to: path)
            let plan = try await versions.plan(["eu"], commitMessage: "fix: typo")
            #expect(plan.decision.reason == .commitMatched(.quickSync, pattern: "^fix"))
            #expect(plan.notes.count == 1 && plan.notes.first?.hasPrefix("spec.commitMatcher.pipeline: \"[\"") == true)
        }
    }

    @Test("refuses a pipeline that leaves a registered target without the canary that is to get traffic")
    func pipelineCheck() async throws {
        let stages = """
            [{name: K8S_CANARY_ROLLOUT, with: {multiTargets: [eu]}}, {name: K8S_TRAFFIC_ROUTING, with: {all: canary}}, \
            {name: K8S_PRIMARY_ROLLOUT}]
            """
        let target = VersionText(Self.next, stages: stages)
        try await VersionsFixture.with(running: VersionText(Text.deployment()), target: target) { versions in
            #expect(try await versions.plan(["eu"]).stages.count == 4)
            let error = await #expect(throws: ApplicationError.self) { try await versions.plan(["eu", "us"]) }
            let problem = try #require(error?.problems.first)
            #expect(problem.contains("app.pipecd.yaml:5:") && problem.contains("spec.pipeline.stages[1].name"))
            #expect(problem.hasSuffix("add K8S_CANARY_ROLLOUT before it (on us)"))
        }
    }

    @Test(
        "refuses a pipeline whose stages need a primary that an added target does not have",
        arguments: [
            (
                "[{name: K8S_CANARY_ROLLOUT}, {name: K8S_TRAFFIC_ROUTING, with: {all: primary}}, {name: K8S_PRIMARY_ROLLOUT}]",
                1
            ),
            ("[{name: K8S_BASELINE_ROLLOUT}, {name: K8S_PRIMARY_ROLLOUT}]", 0),
            ("[{name: K8S_CANARY_ROLLOUT}, {name: K8S_TRAFFIC_ROUTING, with: {all: canary}}]", nil),
            ("[{name: K8S_CANARY_ROLLOUT}, {name: K8S_PRIMARY_ROLLOUT}, {name: K8S_BASELINE_ROLLOUT}]", nil),
            ("[{name: K8S_BASELINE_ROLLOUT, with: {multiTargets: [eu]}}, {name: K8S_PRIMARY_ROLLOUT}]", nil),
        ] as [(String, Int?)]
    )
    func newTarget(stages: String, index: Int?) async throws {
        var running = VersionText(Text.deployment())
        running.plugin = "{input: {multiTargets: [{target: {name: eu}}]}}"
        try await VersionsFixture.with(running: running, target: VersionText(Self.next, stages: stages)) { versions in
            #expect(try await versions.plan(["eu"]).decision.strategy == .pipeline)
            do {
                _ = try await versions.plan(["eu", "ap"])
                #expect(index == nil)
            } catch let error as ApplicationError {
                let index = try #require(index, "\(error)")
                #expect(error.problems.count == 1)
                #expect(
                    error.problems[0].hasPrefix("ap: the running version has no workload there, which stages[\(index)]")
                )
                #expect(error.problems[0].contains("deploy ap by quick sync first"))
            }
        }
    }

    @Test("names the fields of the application file that only PipeCD honours, where they are written")
    func ignoredFields() async throws {
        let stages = "[{name: K8S_SYNC, timeout: 5m, skipOn: {paths: [a]}}, {name: WAIT, timeout: }]"
        try await VersionsFixture.with(target: VersionText(Self.next, stages: stages)) { versions in
            let path = "\(versions.target.directory)/app.pipecd.yaml"
            let application = try Application.load(directory: versions.target.directory)
            #expect(
                application.ignoredFields(by: .pipeline) == [
                    "\(path):5:40: spec.pipeline.stages[0].timeout is not honoured here: "
                        + "only the deadline of readiness ends a stage",
                    "\(path):5:53: spec.pipeline.stages[0].skipOn is not honoured here: the stage always runs",
                ]
            )
            try TestFiles.write(try TestFiles.text(path).replacing("spec:", with: "spec:\n  timeout: 1h"), to: path)
            let limited = try Application.load(directory: versions.target.directory)
            #expect(
                limited.ignoredFields(by: .quickSync) == [
                    "\(path):4:3: spec.timeout is not honoured here: a run has no time limit"
                ]
            )
        }
    }

    /// A version whose targets eu and us have a file each.
    private static func perTarget(us: String = Text.deployment()) -> VersionText {
        var version = VersionText(stages: pipeline)
        version.files = ["eu.yaml": Text.deployment(), "us.yaml": us]
        version.plugin = """
            {input: {multiTargets: [{target: {name: eu}, manifests: [eu.yaml]}, {target: {name: us}, manifests: [us.yaml]}]}}
            """
        return version
    }
}

extension VersionsFixture {
    /// The plan of the deployment for targets of which only the names are known.
    fileprivate func plan(_ targets: [String], commitMessage: String? = nil) async throws -> DeploymentPlan {
        let offline = targets.map { DeployTarget(name: $0, access: .offline) }
        let request = try request("K8S_SYNC", targets: offline)
        let planning = DeploymentPlanning(
            application: request.application,
            identity: request.identity,
            targets: offline,
            running: request.running.map(KnownVersion.running) ?? .none,
            commitMessage: commitMessage
        )
        return try await planning.plan()
    }
}
