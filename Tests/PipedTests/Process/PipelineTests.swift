import FakeKubernetes
import FakePiped
import GRPCCore
import Manifests
import PipedAPI
import TestSupport
import Testing

/// No stage of the plugin answers that the pipeline may end early; what piped does then is tested with a scripted plugin.
@Suite("The plugin that piped starts: a pipeline", .timeLimit(.minutes(5)))
struct PipelineTests {
    private static let spec = """
        pipeline:
            stages:
              - {name: K8S_MULTI_CANARY_ROLLOUT, desc: some, with: {replicas: 20%}}
              - {name: WAIT_APPROVAL, with: {approvers: [ann]}}
              - {name: K8S_MULTI_PRIMARY_ROLLOUT}
        """

    /// A plugin beside ours that waits until somebody approves.
    private static func approval(_ piped: FakePiped) -> ScriptedPlugin {
        var script = ScriptedPlugin.Script(stages: ["WAIT_APPROVAL"])
        script.change = { stages in
            for place in stages.indices {
                stages[place].availableOperation = .approve
                stages[place].authorizedOperators = ["ann"]
            }
        }
        script.execute = { request in
            var list = PipedListStageCommandsRequest()
            (list.deploymentID, list.stageID) = (request.input.deployment.id, request.input.stage.id)
            let wanted = list
            return try await withPipedService(of: piped) { service in
                await piped.wait { $0.commands.contains { $0.stageID == wanted.stageID } }
                let commands = try await service.listStageCommands(wanted).commands
                guard commands.map(\.commander) == ["ann"] else { return .stageFailure }
                var put = PipedPutStageMetadataRequest()
                (put.deploymentID, put.stageID) = (wanted.deploymentID, wanted.stageID)
                (put.key, put.value) = ("pipecd/stage-approved-users", "ann")
                _ = try await service.putStageMetadata(put)
                return .stageSuccess
            }
        }
        return ScriptedPlugin(script)
    }

    private func run(
        _ options: PluginRig.Options,
        _ body: @escaping @Sendable (PluginRig, Controller, PipedDeployment) async throws -> Void
    ) async throws {
        try await PluginRig.with(options) { rig in
            try await Self.approval(rig.piped).serving { port in
                _ = try await rig.plugin(beside: [("waitapproval", port)]) { controller, _ in
                    let planned = try await controller.plan(rig.second, of: rig.application)
                    #expect(
                        planned.stages.map(\.name) == [
                            "K8S_MULTI_CANARY_ROLLOUT", "WAIT_APPROVAL", "K8S_MULTI_PRIMARY_ROLLOUT",
                            "K8S_MULTI_ROLLBACK",
                        ]
                    )
                    #expect(planned.stages.map(\.index) == [0, 1, 2, 0])
                    #expect(
                        rig.journal.prefix(4) == [
                            "deployment PENDING", "kubernetes_multicluster DetermineVersions",
                            "waitapproval DetermineVersions", "kubernetes_multicluster DetermineStrategy",
                        ]
                    )
                    #expect(rig.journal.count == 7 && rig.journal.last == "deployment PLANNED", "\(rig.journal)")
                    #expect(planned.stages.first?.desc == "some")
                    #expect(planned.trigger.syncStrategy == .pipeline)
                    #expect(!planned.summary.isEmpty)
                    if planned.stages.count > 1 { rig.piped.approve(planned.stages[1].id, of: planned.id, by: "ann") }
                    try await body(rig, controller, planned)
                }
            }
        }
    }

    @Test("waits for an approval, fails at the last stage, and is rolled back on every cluster")
    func rolledBack() async throws {
        try await run(PluginRig.Options { $0.spec = Self.spec }) { rig, controller, planned in
            rig["us"].inject(
                Fault(
                    .status(code: 403, reason: "Forbidden", message: "no more changes today"),
                    verbs: [.patch],
                    resource: "deployments",
                    name: "web",
                    times: 1
                )
            )
            let done = try await controller.execute(planned.id)
            #expect(done.status == .deploymentFailure)
            #expect(done.stages.map(\.status) == [.stageSuccess, .stageSuccess, .stageFailure, .stageSuccess])
            #expect(done.stages[3].requires == [done.stages[2].id])
            #expect(done.stages[1].metadata["pipecd/stage-approved-users"] == "ann")
            let calls = rig.journal.filter { $0.contains("ExecuteStage") || $0.contains("deployment") }
            #expect(
                calls == [
                    "deployment PENDING", "deployment PLANNED", "deployment RUNNING",
                    "kubernetes_multicluster ExecuteStage K8S_MULTI_CANARY_ROLLOUT",
                    "waitapproval ExecuteStage WAIT_APPROVAL",
                    "kubernetes_multicluster ExecuteStage K8S_MULTI_PRIMARY_ROLLOUT", "deployment ROLLING_BACK",
                    "kubernetes_multicluster ExecuteStage K8S_MULTI_ROLLBACK", "deployment FAILURE",
                ]
            )
            #expect(rig.hasEverywhere(PluginRig.firstVersion), "\(rig.images)")
            #expect(rig.piped.state.succeeded["app-1"] == rig.first)
            let failed = rig.log(done, 2)
            #expect(
                failed.durable.contains { $0.severity == .error && $0.log.contains("no more changes today") },
                "\(failed.texts)"
            )
            for stage in [0, 2, 3] { #expect(rig.log(done, stage).isCompleted) }
        }
    }

    @Test("is cancelled in its last stage, and rolled back at once")
    func cancelled() async throws {
        let options = PluginRig.Options {
            $0.spec = PluginRig.Options.primaryOnly
            $0.pods = "never-ready"
        }
        try await PluginRig.with(options) { rig in
            try await rig.plugin { controller, _ in
                let planned = try await controller.plan(rig.second, of: rig.application)
                let done = try await rig.execute(
                    controller,
                    planned,
                    until: {
                        await rig.waitForWrite(of: "web", on: "eu")
                        await rig.waitForWrite(of: "web", on: "us")
                    },
                    then: .cancelled(by: "ann")
                )
                #expect(done.status == .deploymentCancelled)
                #expect(done.stages.map(\.status) == [.stageCancelled, .stageSuccess], "\(rig.log(done, 1).texts)")
                #expect(rig.hasEverywhere(PluginRig.firstVersion), "\(rig.images)")
                #expect(rig.log(done, 0).isCompleted && rig.log(done, 1).isCompleted)
            }
        }
    }
}

extension PluginRig.Options {
    /// A pipeline of one stage.
    static let primaryOnly = "pipeline: {stages: [{name: K8S_MULTI_PRIMARY_ROLLOUT}]}"
}
