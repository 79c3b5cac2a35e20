import FakeKubernetes
import FakePiped
import PipedAPI
import TestSupport
import Testing

@Suite("The plugin that piped starts: when something is killed", .timeLimit(.minutes(5)))
struct RestartTests {
    private static let options = PluginRig.Options {
        $0.clusters = ["eu", "us"]
        $0.spec = PluginRig.Options.primaryOnly
    }

    @Test("TRAP-15 the same stage is run again after piped and plugin were killed, and comes to the same end")
    func killed() async throws {
        try await PluginRig.with(Self.options) { rig in
            let (left, exit) = try await rig.plugin { controller, process in
                let planned = try await controller.plan(rig.second, of: rig.application)
                rig["us"].inject(Fault(.stall, verbs: [.patch], resource: "deployments", name: "web"))
                let left = try await rig.execute(
                    controller,
                    planned,
                    until: {
                        await rig.waitForWrite(of: "web", on: "us")
                        await rig.piped.wait { !$0.log(planned.id, planned.stages[0].id).visible.isEmpty }
                    },
                    then: .killed
                )
                process.kill()
                return left
            }
            #expect(exit.code == nil)
            #expect(left.status == .deploymentRunning)
            #expect(left.stages.first?.status == .stageRunning)
            let last = try #require(rig.log(left, 0).visible.last?.index)
            rig["us"].clearFaults()
            _ = try await rig.plugin { controller, _ in
                let done = try await controller.execute(left.id)
                #expect(done.status == .deploymentSuccess, "\(rig.log(done, 0).texts)")
                #expect(rig.hasEverywhere(PluginRig.secondVersion), "\(rig.images)")
                let log = rig.log(done, 0)
                #expect(log.isCompleted && log.collided.isEmpty)
                // Indexes of the first run are not used again, or the control plane would drop lines of the second.
                #expect(try #require(log.durable.last { $0.log.contains("at commit bbb") }).index > last)
            }
        }
    }

    @Test("a stage goes on with the next piped, while the plugin outlives the one that was killed")
    func pipedKilled() async throws {
        try await PluginRig.with(PluginRig.Options(pods: "never-ready")) { rig in
            _ = try await rig.plugin { controller, _ in
                let planned = try await controller.plan(rig.second, of: rig.application)
                let left = try await rig.execute(
                    controller,
                    planned,
                    until: { await rig.waitForWrite(of: "web", on: "eu") },
                    then: .killed
                )
                #expect(left.stages.first?.status == .stageRunning)
                await rig.piped.stop()
                try await rig.piped.start()
                let done = try await rig.piped.connected(to: [(rig.entry.name, rig.entry.port)]) { next in
                    try await rig.execute(
                        next,
                        planned,
                        until: {
                            await rig.piped.wait { state in
                                state.journal.filter { $0.contains("ExecuteStage K8S_MULTI_PRIMARY_ROLLOUT") }.count
                                    == 2
                            }
                        },
                        then: .cancelled(by: "ann")
                    )
                }
                #expect(done.status == .deploymentCancelled)
                #expect(done.stages.map(\.status) == [.stageCancelled, .stageSuccess])
                #expect(rig.hasEverywhere(PluginRig.firstVersion), "\(rig.images)")
            }
        }
    }

    @Test("a log is complete though piped's service was gone in the middle of the stage")
    func lostConnection() async throws {
        try await PluginRig.with(Self.options) { rig in
            _ = try await rig.plugin { controller, _ in
                let planned = try await controller.plan(rig.second, of: rig.application)
                rig["us"].inject(
                    Fault(
                        .tooManyRequests(retryAfter: 1),
                        verbs: [.patch],
                        resource: "deployments",
                        name: "web",
                        times: 1
                    )
                )
                let done = try await withThrowingTaskGroup(of: PipedDeployment?.self) { group in
                    group.addTask { try await controller.execute(planned.id) }
                    group.addTask {
                        await rig.waitForWrite(of: "web", on: "us")
                        await rig.piped.stop()
                        await rig["us"].wait { seen in
                            seen.requests.filter { $0.method == "PATCH" && $0.path.hasSuffix("deployments/web") }.count
                                == 2
                        }
                        try await rig.piped.start()
                        return nil
                    }
                    var done = planned
                    for try await result in group { done = result ?? done }
                    return done
                }
                #expect(done.status == .deploymentSuccess)
                let log = rig.log(done, 0)
                #expect(log.isCompleted && log.lost.isEmpty && log.collided.isEmpty)
                for cluster in ["eu", "us"] {
                    #expect(log.texts.contains { $0.hasPrefix("[\(cluster)] ") && $0.contains("web") }, "\(log.texts)")
                }
            }
        }
    }

    @Test("a plugin that is told to stop in the middle of a stage leaves its log open, and ends with 0")
    func terminated() async throws {
        try await PluginRig.with(PluginRig.Options(pods: "never-ready")) { rig in
            let (done, exit) = try await rig.plugin { controller, process in
                let planned = try await controller.plan(rig.second, of: rig.application)
                return try await rig.execute(
                    controller,
                    planned,
                    until: {
                        await rig.waitForWrite(of: "web", on: "eu")
                        process.terminate()
                    },
                    then: .shutdown
                )
            }
            #expect(done.status == .deploymentRunning || done.stages.first?.status == .stageCancelled)
            #expect(exit.code == 0, "\(exit.errors)")
            #expect(!rig.log(done, 0).isCompleted, "\(rig.log(done, 0).texts)")
        }
    }
}

extension PluginRig.Options {
    /// A pipeline of one stage on one cluster whose pods behave like this.
    fileprivate init(pods: String) {
        self.init {
            $0.clusters = ["eu"]
            $0.spec = PluginRig.Options.primaryOnly
            $0.pods = pods
        }
    }
}
