import FakeKubernetes
import GRPCCore
import Glibc
import Manifests
import PipedAPI
import PipedPlugin
import Stages
import TestSupport
import Testing

@Suite("A stage that is stopped", .timeLimit(.minutes(5)))
struct StageCancellationTests {
    private static let running = ExecuteStageTests.running
    private static let target = ExecuteStageTests.target
    /// Many objects, one after the other, so that something is left to do.
    private static let many = SourceFixture(
        spec: ["plugins: {fleet: {concurrency: {requests: 1}}}"],
        files: ["a.yaml": (0..<20).map { SourceFixture.configMap("map-\($0)") }.joined(separator: "---\n")]
    )

    /// Runs a stage until the cluster has seen a patch, and lets a body go on from there.
    private func running(
        _ request: PipedExecuteStageRequest,
        in fixture: PluginFixture,
        _ body: (inout ThrowingTaskGroup<PipedStageStatus, any Error>) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: PipedStageStatus.self) { group in
            group.addTask { try await fixture.service.executeStage(request).status }
            await fixture.clusters[0].wait { $0.requests.contains { $0.method == "PATCH" } }
            try await body(&group)
        }
    }

    @Test("finishes the object being written, and its rollback waits for that")
    func cancellation() async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            try await fixture.expect(.stageSuccess, "K8S_SYNC", of: Self.running)
            fixture.clusters[0].clearRequests()
            fixture.clusters[0].inject(Fault(.delay(200), verbs: [.patch]))
            let request = try fixture.request("K8S_SYNC", of: Self.many, running: Self.running, id: "sync")
            try await running(request, in: fixture) { group in
                group.cancelAll()
                fixture.clusters[0].clearFaults()
                // Piped does not wait for the stage to end.
                await #expect(throws: RPCError.self) { _ = try await group.next() }
                let rollback = try await fixture.run("K8S_ROLLBACK", of: Self.many, running: Self.running, id: "back")
                #expect(rollback == .stageSuccess)
            }
            let lines = fixture.piped.log(of: "sync").lines
            #expect(lines.contains { $0.hasPrefix("K8S_SYNC cancelled") }, "\(lines)")
            #expect(lines.contains("success: [eu] ConfigMap/default/map-0 created"), "\(lines)")
            // What was written is undone.
            #expect(fixture.clusters[0].object("\(Path.configMaps)/map-0") == nil)
        }
    }

    @Test("gives up a cluster that gives no answer, so that the rollback can begin")
    func hangingCluster() async throws {
        try await PluginFixture.with(["eu"], patience: .milliseconds(200)) { fixture in
            fixture.clusters[0].inject(Fault(.stall, verbs: [.patch], times: 1))
            let request = try fixture.request("K8S_SYNC", of: Self.target, id: "sync")
            try await running(request, in: fixture) { group in
                group.cancelAll()
                await #expect(throws: RPCError.self) { _ = try await group.next() }
                let status = try await fixture.run("K8S_ROLLBACK", of: Self.target, running: Self.running, id: "back")
                #expect(status == .stageSuccess)
            }
        }
    }

    @Test("gives up a cluster that gives no answer when the process is to stop, however patient it is else")
    func hangingClusterAtShutdown() async throws {
        try await PluginFixture.with(["eu"], patience: .seconds(3600), grace: .milliseconds(400)) { fixture in
            fixture.clusters[0].inject(Fault(.stall, verbs: [.patch], times: 1))
            try await running(try fixture.request("K8S_SYNC", of: Self.target), in: fixture) { group in
                fixture.plugin.shutdown.request()
                let status = try await group.next()
                #expect(status == .stageCancelled)
            }
        }
    }

    /// A version with a chart of a repository, and a helm that never learns what is in that.
    private static let chart = SourceFixture(
        spec: ["plugins: {fleet: {input: {helmChart: {repository: corp, name: web, version: 1.0.0}}}}"]
    )
    private static let hangingHelm = "echo $$ > \"$(dirname \"$0\")/pid\"; while :; do sleep 60; done"

    @Test("does not wait for a chart repository that gives no answer, nor for others who do")
    func hangingRepository() async throws {
        try await PluginFixture.with(["eu"], helm: Self.hangingHelm) { fixture in
            let first = try fixture.request("K8S_SYNC", of: Self.chart, id: "first", application: "app-first")
            let request = try fixture.request("K8S_SYNC", of: Self.chart, running: Self.running, id: "sync")
            try await withThrowingTaskGroup(of: PipedStageStatus.self) { group in
                group.addTask { try await fixture.service.executeStage(first).status }
                let process = try await TestFiles.text("\(fixture.directory)/pid", having: "\n")
                await withThrowingTaskGroup(of: Void.self) { cancelled in
                    cancelled.addTask { _ = try await fixture.service.executeStage(request) }
                    await Polling.wait { !fixture.piped.log(of: "sync").lines.isEmpty }
                    cancelled.cancelAll()
                    await #expect(throws: RPCError.self) { _ = try await cancelled.next() }
                }
                // The version that runs has no chart.
                try await fixture.expect(
                    .stageSuccess,
                    "K8S_ROLLBACK",
                    of: Self.chart,
                    running: Self.running,
                    id: "back"
                )
                fixture.plugin.shutdown.request()
                let status = try await group.next()
                #expect(status == .stageCancelled)
                let id = try #require(Int32(process.dropLast()))
                #expect(kill(id, 0) == -1, "helm still runs")
            }
        }
    }

    @Test("leaves its log to the next piped when the one that asked for it was killed, whatever came of it")
    func killed() async throws {
        try await PluginFixture.with(["eu"], parent: ParentWatch(of: -1)) { fixture in
            try await fixture.expect(.stageSuccess, "K8S_SYNC", of: Self.target)
            let log = fixture.piped.log(of: "stage-1")
            #expect(!log.isClosed && !log.lines.isEmpty && log.metadata.isEmpty)
        }
    }

    @Test("is cancelled when the process is to stop, and leaves its log open for the next one")
    func shutdown() async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            fixture.clusters[0].inject(Fault(.delay(200), verbs: [.patch]))
            try await running(try fixture.request("K8S_SYNC", of: Self.many), in: fixture) { group in
                #expect("\(fixture.plugin.running)" == "K8S_SYNC of orders")
                fixture.plugin.shutdown.request()
                let status = try await group.next()
                #expect(status == .stageCancelled)
            }
            #expect(fixture.clusters[0].object("\(Path.configMaps)/map-0") != nil)
            #expect(fixture.clusters[0].object("\(Path.configMaps)/map-19") == nil)
            #expect(!fixture.piped.log(of: "stage-1").isClosed)
            // What comes now ends at once.
            try await fixture.expect(.stageCancelled, "K8S_SYNC", of: Self.many)
        }
    }
}
