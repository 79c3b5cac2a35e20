import FakeKubernetes
import FakePiped
import GRPCCore
import PipedAPI
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// What is easily done wrong by a plugin, one test each: starting and planning.
@Suite("Traps of a plugin: start and plan", .timeLimit(.minutes(5)))
struct PlanningTrapTests {
    private static let declared = [
        "K8S_MULTI_SYNC", "K8S_MULTI_ROLLBACK", "K8S_MULTI_CANARY_ROLLOUT", "K8S_MULTI_CANARY_CLEAN",
        "K8S_MULTI_PRIMARY_ROLLOUT", "K8S_MULTI_BASELINE_ROLLOUT", "K8S_MULTI_BASELINE_CLEAN",
        "K8S_MULTI_TRAFFIC_ROUTING", "K8S_SYNC", "K8S_ROLLBACK", "K8S_CANARY_ROLLOUT", "K8S_CANARY_CLEAN",
        "K8S_PRIMARY_ROLLOUT", "K8S_BASELINE_ROLLOUT", "K8S_BASELINE_CLEAN", "K8S_TRAFFIC_ROUTING",
    ]

    private func plan(
        _ change: (inout PluginRig.Options) -> Void = { _ in },
        strategy: PipedSyncStrategy = .auto,
        _ body: @escaping @Sendable (PluginRig, Controller, PipedDeployment) async throws -> Void
    ) async throws {
        var options = PluginRig.Options()
        (options.isDeployed, options.clusters) = (false, ["eu"])
        change(&options)
        try await PluginRig.with(options) { rig in
            _ = try await rig.plugin { controller, _ in
                let planned = try await controller.plan(rig.second, of: rig.application, strategy: strategy)
                try await body(rig, controller, planned)
            }
        }
    }

    @Test("TRAP-01 the stages of both families are told at the start")
    func definedStages() async throws {
        try await plan { rig, controller, _ in
            #expect(Set(controller.stages(of: rig.entry.name)) == Set(Self.declared))
            #expect(controller.stages(of: rig.entry.name).count == Self.declared.count)
            #expect(rig.journal.prefix(2) == ["kubernetes_multicluster FetchDefinedStages", "deployment PENDING"])
        }
    }

    @Test("TRAP-02 it listens though piped's service does not, and says loudly when its port is taken")
    func listening() async throws {
        try await PluginRig.with(PluginRig.Options { $0.isDeployed = false }) { rig in
            await rig.piped.stop()
            _ = try await rig.plugin { controller, _ in
                #expect(!controller.stages(of: rig.entry.name).isEmpty)
                let second = try await Subprocess.run(
                    .path(FilePath(BuiltCommand.path)),
                    arguments: Arguments(rig.entry.arguments(pipedService: rig.piped.address)),
                    output: .string(limit: 1 << 20),
                    error: .string(limit: 1 << 20)
                )
                #expect(second.terminationStatus == .exited(1))
                #expect(second.standardError.contains("127.0.0.1:\(rig.entry.port): the port is taken"))
            }
        }
    }

    @Test("TRAP-03 the name that the operator chose finds settings and targets")
    func name() async throws {
        try await plan({ $0.plugin = "k8s-of-ops" }) { rig, controller, planned in
            let done = try await controller.execute(planned.id)
            #expect(done.status == .deploymentSuccess, "\(rig.log(done, 0).texts)")
            // The namespace is in the settings under that name only.
            #expect(rig.hasEverywhere(PluginRig.secondVersion), "\(rig.images)")
        }
    }

    @Test("TRAP-04 planned stages have times", arguments: [PipedSyncStrategy.quickSync, .pipeline])
    func times(strategy: PipedSyncStrategy) async throws {
        try await plan({ $0.spec = PluginRig.Options.pipeline }, strategy: strategy) { _, _, planned in
            #expect(planned.status == .deploymentPlanned)
            for stage in planned.stages {
                #expect(stage.createdAt > 1_700_000_000 && stage.updatedAt > 1_700_000_000)
                #expect(stage.availableOperation == .none && stage.status == .stageNotStartedYet)
                #expect(stage.completedAt == 0)
            }
        }
    }

    @Test("TRAP-07 no index is negative, and each is one that was asked for")
    func indexes() async throws {
        try await plan({ $0.spec = PluginRig.Options.pipeline }, strategy: .pipeline) { _, _, planned in
            #expect(planned.stages.map(\.index) == [0, 1, 2, 0])
        }
        try await plan { _, _, planned in #expect(planned.stages.map(\.index) == [0, 0]) }
    }

    @Test("TRAP-08 a quick sync is planned with success, with and without a rollback")
    func quickSync() async throws {
        try await plan { _, _, planned in
            #expect(planned.stages.map(\.name) == ["K8S_MULTI_SYNC", "K8S_MULTI_ROLLBACK"])
        }
        try await plan({ $0.spec = "planner: {autoRollback: false}" }) { _, _, planned in
            #expect(planned.stages.map(\.name) == ["K8S_MULTI_SYNC"])
        }
    }

    @Test("TRAP-09 the name of the rollback is declared, and no other plugin's")
    func rollbackName() async throws {
        let other = ScriptedPlugin(.init(stages: ["K8S_ROLLBACK", "K8S_SYNC"]))
        try await PluginRig.with(PluginRig.Options { $0.clusters = ["eu"] }) { rig in
            try await other.serving { port in
                _ = try await rig.plugin(beside: [("kubernetes", port)]) { controller, _ in
                    rig["eu"].inject(
                        .init(.status(code: 403, reason: "Forbidden", message: "no"), verbs: [.patch], times: 1)
                    )
                    let done = try await rig.deploy(controller)
                    #expect(done.stages.map(\.name).allSatisfy(controller.stages(of: rig.entry.name).contains))
                    #expect(done.stages.map(\.status) == [.stageFailure, .stageSuccess])
                }
            }
        }
        #expect(other.executed.isEmpty)
    }

    @Test("TRAP-10 rollback stages are marked, and run only when something went wrong")
    func rollbackMark() async throws {
        try await plan({ $0.spec = PluginRig.Options.pipeline }, strategy: .pipeline) { _, _, planned in
            #expect(planned.stages.map(\.rollback) == [false, false, false, true])
        }
        try await plan { _, controller, planned in
            #expect(planned.stages.map(\.rollback) == [false, true])
            let done = try await controller.execute(planned.id)
            #expect(done.stages.map(\.status) == [.stageSuccess, .stageNotStartedYet])
        }
    }

    @Test("TRAP-16 the stub deployment of a plan preview is no reason to refuse")
    func planPreview() async throws {
        try await PluginRig.with(PluginRig.Options { $0.spec = PluginRig.Options.pipeline }) { rig in
            _ = try await rig.plugin { controller, _ in
                let report = try await controller.planPreview(rig.second, of: rig.application)
                #expect(report.strategy == .pipeline)
                #expect(report.errors == [])
                #expect(report.results.map(\.deployTarget) == ["eu", "us"])
                #expect(rig.journal.contains("kubernetes_multicluster DetermineStrategy"))
                #expect(!rig.journal.contains { $0.hasPrefix("warning") }, "\(rig.journal)")
            }
        }
    }

    @Test("TRAP-17 the guide says how an installed plugin is replaced")
    func replacing() throws {
        let guide = try TestFiles.text(PackageRoot.path("docs/pipecd.md"))
        #expect(guide.contains("--force-plugin-redownload"))
    }

    @Test("TRAP-18 it listens on loopback only")
    func loopback() async throws {
        try await plan { rig, _, _ in
            let hex = String(rig.entry.port, radix: 16, uppercase: true)
            let ending = ":" + String(repeating: "0", count: 4 - hex.count) + hex
            let listening = try ["tcp", "tcp6"].flatMap { table in
                try TestFiles.text("/proc/net/\(table)").split(separator: "\n").compactMap { line -> String? in
                    let fields = line.split(separator: " ")
                    return fields.count > 3 && fields[1].hasSuffix(ending) && fields[3] == "0A"
                        ? String(fields[1]) : nil
                }
            }
            #expect(listening == ["0100007F\(ending)"])
        }
    }
}
