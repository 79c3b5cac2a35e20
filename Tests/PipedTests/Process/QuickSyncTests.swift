import FakePiped
import PipedAPI
import TestSupport
import Testing

@Suite("The plugin that piped starts: a quick sync", .timeLimit(.minutes(5)))
struct QuickSyncTests {
    @Test("goes call by call, and its log is complete")
    func quickSync() async throws {
        try await PluginRig.with { rig in
            let (_, exit) = try await rig.plugin { controller, _ in
                let done = try await rig.deploy(controller)
                #expect(done.status == .deploymentSuccess)
                #expect(
                    rig.journal == [
                        "deployment PENDING", "kubernetes_multicluster DetermineVersions",
                        "kubernetes_multicluster BuildQuickSyncStages", "deployment PLANNED", "deployment RUNNING",
                        "stage K8S_MULTI_SYNC RUNNING", "kubernetes_multicluster ExecuteStage K8S_MULTI_SYNC",
                        "stage K8S_MULTI_SYNC SUCCESS", "deployment SUCCESS",
                    ]
                )
                #expect(done.versions.contains { $0.version == "2.0.0" && $0.name.hasSuffix("web") })
                #expect(done.stages.map(\.name) == ["K8S_MULTI_SYNC", "K8S_MULTI_ROLLBACK"])
                #expect(done.stages.map(\.status) == [.stageSuccess, .stageNotStartedYet])
                #expect(rig.hasEverywhere(PluginRig.secondVersion), "\(rig.images)")

                let log = rig.log(done, 0)
                #expect(log.isCompleted)
                #expect(log.lost.isEmpty && log.collided.isEmpty)
                for cluster in ["eu", "us"] {
                    #expect(log.texts.contains { $0.hasPrefix("[\(cluster)] ") && $0.contains("web") }, "\(log.texts)")
                }
                #expect(log.durable.allSatisfy { $0.severity != .error })
                #expect(rig.piped.state.journal.contains("plugin: ReportStageLogsFromLastCheckpoint"))
            }
            #expect(exit.code == 0, "\(exit.errors)")
        }
    }
}
