import FakeKubernetes
import FakePiped
import PipedAPI
import TestSupport
import Testing

/// What is easily done wrong by a plugin, one test each: running stages and what else piped asks.
@Suite("Traps of a plugin: stages", .timeLimit(.minutes(5)))
struct StageTrapTests {
    private func deploy(
        _ change: (inout PluginRig.Options) -> Void = { _ in },
        prepare: @escaping @Sendable (PluginRig) throws -> Void = { _ in },
        strategy: PipedSyncStrategy = .auto,
        _ body: @escaping @Sendable (PluginRig, PipedDeployment) async throws -> Void
    ) async throws {
        var options = PluginRig.Options()
        options.clusters = ["eu"]
        change(&options)
        try await PluginRig.with(options) { rig in
            try prepare(rig)
            _ = try await rig.plugin { controller, _ in
                try await body(rig, try await rig.deploy(controller, strategy: strategy))
            }
        }
    }

    @Test("TRAP-05 a mistake of the user is a failure with its reason in the log, and neither an error nor no status")
    func mistake() async throws {
        let broken: @Sendable (PluginRig) throws -> Void = { rig in
            try rig.change("app.pipecd.yaml", "service: {name: web}", "service: {nam: web}")
        }
        try await deploy(prepare: broken) { rig, done in
            #expect(done.stages.map(\.status) == [.stageFailure, .stageSuccess])
            #expect(rig.log(done, 0).durable.contains { $0.severity == .error && $0.log.contains("nam") })
            #expect(!rig.journal.contains { $0.hasPrefix("warning") && $0.contains("ExecuteStage") }, "\(rig.journal)")
        }
    }

    @Test("TRAP-06 a live state always has a verdict")
    func liveState() async throws {
        try await PluginRig.with(PluginRig.Options { $0.clusters = ["eu"] }) { rig in
            _ = try await rig.plugin { controller, _ in
                for (head, status) in [(rig.first, PipedApplicationSyncStatus.synced), (rig.second, .outOfSync)] {
                    let report = try await controller.liveState(of: rig.application, head: head)
                    #expect(report?.sync.status == status, "\(String(describing: report?.sync))")
                    #expect(report?.sync.shortReason.isEmpty == (status == .synced))
                    #expect(report?.health == .healthy, "\(String(describing: report?.resources))")
                    let kinds = Set((report?.resources ?? []).map(\.resourceType))
                    #expect(kinds.isSuperset(of: ["Deployment", "ReplicaSet", "Pod", "Service", "EndpointSlice"]))
                }
            }
        }
    }

    @Test("TRAP-11 logs have no empty text, growing indexes, whole checkpoints, and one end")
    func logs() async throws {
        try await deploy({ $0.spec = PluginRig.Options.pipeline }) { rig, done in
            #expect(done.status == .deploymentSuccess)
            for place in 0..<3 {
                let log = rig.log(done, place)
                #expect(log.isCompleted)
                #expect(log.lost.isEmpty && log.collided.isEmpty)
                #expect(zip(log.durable, log.durable.dropFirst()).allSatisfy { $0.index < $1.index })
                #expect(!log.durable.isEmpty && log.durable.allSatisfy { !$0.log.isEmpty })
            }
            let ends = rig.piped.state.calls.compactMap { $0.request as? PipedReportStageLogsFromLastCheckpointRequest }
                .filter(\.completed).map(\.stageID)
            #expect(ends == done.stages.prefix(3).map(\.id))
        }
    }

    @Test("TRAP-12 the stages of a quick sync have no options at all, though a pipeline is configured")
    func noOptions() async throws {
        try await deploy({ $0.spec = PluginRig.Options.pipeline }, strategy: .quickSync) { rig, done in
            #expect(done.status == .deploymentSuccess, "\(rig.log(done, 0).texts)")
            #expect(rig.hasEverywhere(PluginRig.secondVersion))
        }
    }

    @Test("TRAP-13 a first deployment has no running source, and nothing to go back to")
    func first() async throws {
        let failing: @Sendable (PluginRig) throws -> Void = { rig in
            rig["eu"].inject(
                Fault(
                    .status(code: 403, reason: "Forbidden", message: "not today"),
                    verbs: [.patch],
                    resource: "deployments"
                )
            )
        }
        try await deploy({ $0.isDeployed = false }, prepare: failing) { rig, done in
            #expect(done.status == .deploymentFailure)
            #expect(done.stages.map(\.status) == [.stageFailure, .stageFailure])
            #expect(
                rig.log(done, 1).durable.contains { $0.severity == .error && $0.log.contains("nothing to restore") }
            )
        }
        try await deploy({ $0.isDeployed = false }) { rig, done in
            #expect(done.status == .deploymentSuccess, "\(rig.log(done, 0).texts)")
        }
    }

    @Test("TRAP-14 a rollback that starts while the cancelled stage still writes waits for its end")
    func overlap() async throws {
        let options = PluginRig.Options {
            $0.clusters = ["eu"]
            $0.spec = PluginRig.Options.primaryOnly
        }
        try await PluginRig.with(options) { rig in
            _ = try await rig.plugin { controller, _ in
                let planned = try await controller.plan(rig.second, of: rig.application)
                let rollback = try #require(planned.stages.last?.id)
                rig["eu"].inject(Fault(.hold, verbs: [.patch], resource: "deployments", name: "web", times: 1))
                async let released: Void = {
                    await rig.piped.wait { state in
                        state.log(planned.id, rollback).texts.contains { $0.hasPrefix("waiting until the stage") }
                    }
                    #expect(!rig.piped.state.log(planned.id, planned.stages[0].id).isCompleted)
                    rig["eu"].releaseHeld()
                }()
                let done = try await rig.execute(
                    controller,
                    planned,
                    until: { await rig.waitForWrite(of: "web", on: "eu") },
                    then: .cancelled(by: "ann")
                )
                await released
                #expect(done.status == .deploymentCancelled)
                #expect(done.stages.map(\.status) == [.stageCancelled, .stageSuccess], "\(rig.log(done, 1).texts)")
                #expect(rig.hasEverywhere(PluginRig.firstVersion), "\(rig.images)")
                let writes = rig["eu"].requests.filter { $0.method == "PATCH" && $0.path.hasSuffix("deployments/web") }
                #expect(writes.count == 2)
            }
        }
    }

    @Test("TRAP-19 no message is larger than 4 MiB, whatever a cluster says")
    func largeText() async throws {
        let text = String(repeating: "no ", count: 2 << 20)
        let talkative: @Sendable (PluginRig) throws -> Void = { rig in
            try rig.change("web.yaml", "name: web-settings", "name: web-options")
            rig["eu"].inject(
                Fault(.status(code: 403, reason: "Forbidden", message: text), verbs: [.patch], resource: "services")
            )
        }
        try await deploy({ $0.isDeployed = false }, prepare: talkative) { rig, done in
            #expect(done.stages.first?.status == .stageFailure)
            let log = rig.log(done, 0)
            let (isCompleted, tells) = (log.isCompleted, log.durable.contains { $0.log.contains("no no no") })
            #expect(isCompleted && tells)
        }
    }

    @Test("TRAP-20 a duration without a unit is in nanoseconds")
    func nanoseconds() async throws {
        let hasty: @Sendable (PluginRig) throws -> Void = { rig in
            try rig.change("app.pipecd.yaml", "deadline: 5m", "deadline: 1000000")
        }
        try await deploy({ $0.pods = "never-ready" }, prepare: hasty) { rig, done in
            #expect(done.stages.first?.status == .stageFailure)
            #expect(rig.log(done, 0).texts.contains { $0.contains("1ms") }, "\(rig.log(done, 0).texts)")
        }
    }
}
