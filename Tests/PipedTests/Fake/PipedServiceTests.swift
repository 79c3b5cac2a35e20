import FakePiped
import GRPCCore
import PipedAPI
import TestSupport
import Testing

@Suite("The service of the fake piped", .timeLimit(.minutes(5)))
struct PipedServiceTests {
    struct LogCase: Sendable, CustomTestStringConvertible {
        enum Call: Sendable {
            case report([Int64])
            case checkpoint([Int64])
        }

        let testDescription: String
        let calls: [Call]
        let visible: [Int64]
        let durable: [Int64]
        let lost: [Int64]
    }

    @Test(
        "keeps logs as the control plane does",
        arguments: [
            .init(
                testDescription: "a report is only cached",
                calls: [.report([1, 2])],
                visible: [1, 2],
                durable: [],
                lost: []
            ),
            .init(
                testDescription: "a checkpoint lasts",
                calls: [.report([1, 2]), .checkpoint([1, 2, 3])],
                visible: [1, 2, 3],
                durable: [1, 2, 3],
                lost: []
            ),
            .init(
                testDescription: "what a checkpoint leaves out is lost",
                calls: [.report([1, 2]), .checkpoint([3])],
                visible: [3],
                durable: [3],
                lost: [1, 2]
            ),
            .init(
                testDescription: "the same again is dropped",
                calls: [.report([1]), .report([1]), .checkpoint([1]), .checkpoint([1, 2])],
                visible: [1, 2],
                durable: [1, 2],
                lost: []
            ),
        ] as [LogCase]
    )
    func logs(test: LogCase) async throws {
        try await FakePiped.with { piped in
            try await withPipedService(of: piped) { service in
                for call in test.calls {
                    switch call {
                    case .report(let indexes): _ = try await service.reportStageLogs(report(blocks(indexes)))
                    case .checkpoint(let indexes):
                        _ = try await service.reportStageLogsFromLastCheckpoint(checkpoint(blocks(indexes)))
                    }
                }
            }
            let log = piped.state.log("d1", "s1")
            #expect(log.visible.map(\.index) == test.visible)
            #expect(log.durable.map(\.index) == test.durable)
            #expect(log.lost.map(\.index) == test.lost)
        }
    }

    @Test("takes nothing for a log that is closed")
    func closed() async throws {
        try await FakePiped.with { piped in
            try await withPipedService(of: piped) { service in
                _ = try await service.reportStageLogsFromLastCheckpoint(checkpoint(blocks([1]), completed: true))
                let codes = [
                    await refusal { _ = try await service.reportStageLogs(report(blocks([2]))) },
                    await refusal {
                        _ = try await service.reportStageLogsFromLastCheckpoint(checkpoint(blocks([2])))
                    },
                ]
                #expect(codes == [.failedPrecondition, .failedPrecondition])
                #expect(piped.state.log("d1", "s1").durable.map(\.index) == [1])
            }
        }
    }

    @Test("refuses a call with an invalid block, and takes nothing of it")
    func invalidBlock() async throws {
        try await FakePiped.with { piped in
            try await withPipedService(of: piped) { service in
                for change in [{ $0.log = "" }, { $0.createdAt = 0 }, { $0.severity = .UNRECOGNIZED(9) }]
                    as [@Sendable (inout PipedLogBlock) -> Void]
                {
                    var blocks = blocks([1, 2])
                    change(&blocks[1])
                    let request = report(blocks)
                    #expect(await refusal { _ = try await service.reportStageLogs(request) } == .invalidArgument)
                }
                #expect(piped.state.log("d1", "s1").visible.isEmpty)
            }
        }
    }

    @Test("refuses a message of more than 4 MiB, and takes one that is as long")
    func largeMessage() async throws {
        try await FakePiped.with { piped in
            try await withPipedService(of: piped) { service in
                var block = blocks([1])[0]
                block.log = String(repeating: "x", count: 4 << 20)
                let large = report([block])
                #expect(await refusal { _ = try await service.reportStageLogs(large) } == .resourceExhausted)
                block.log = String(repeating: "x", count: 4 << 20 - 64)
                _ = try await service.reportStageLogs(report([block]))
            }
        }
    }

    @Test("knows metadata of deployments in progress only")
    func metadata() async throws {
        var deployment = PipedDeployment()
        deployment.id = "d1"
        deployment.metadataV2.shared.keyValues = ["DeploymentNotification": "{}"]
        let known = deployment
        try await FakePiped.with { piped in
            try await withPipedService(of: piped) { service in
                var put = PipedPutStageMetadataRequest()
                (put.deploymentID, put.stageID, put.key, put.value) = ("d1", "s1", "k", "v")
                var get = PipedGetStageMetadataRequest()
                (get.deploymentID, get.stageID, get.key) = ("d1", "s1", "k")
                var shared = PipedGetDeploymentSharedMetadataRequest()
                (shared.deploymentID, shared.key) = ("d1", "DeploymentNotification")
                let early = put
                #expect(await refusal { _ = try await service.putStageMetadata(early) } == .unknown)

                piped.update { $0.metadata.open(known) }
                _ = try await service.putStageMetadata(put)
                #expect(try await service.getStageMetadata(get).value == "v")
                get.key = "other"
                #expect(try await service.getStageMetadata(get).found == false)
                #expect(try await service.getDeploymentSharedMetadata(shared).value == "{}")
                put.key = ""
                let empty = put
                #expect(await refusal { _ = try await service.putStageMetadata(empty) } == .invalidArgument)
            }
        }
    }

    @Test("installs a tool once, tells why a script failed, and fills in the variables")
    func tools() async throws {
        try await withTemporaryDirectory { directory in
            try await FakePiped.with(toolsDirectory: directory) { piped in
                try await withPipedService(of: piped) { service in
                    var request = PipedInstallToolRequest()
                    (request.name, request.version) = ("helm", "3.1.0")
                    request.installScript =
                        "cd {{ .TmpDir }} && printf '{{.Name}} {{ .Version }} {{ .Os }}' > {{ .OutPath }}"
                    let path = try await service.installTool(request).installedPath
                    #expect(path == "\(directory)/helm-3.1.0")
                    #expect(try TestFiles.text(path) == "helm 3.1.0 linux")
                    _ = try await service.installTool(request)
                    #expect(await piped.installations == ["helm-3.1.0"])

                    (request.name, request.installScript) = ("bad", "echo no such place; exit 3")
                    let failing = request
                    let error = await #expect(throws: RPCError.self) { _ = try await service.installTool(failing) }
                    #expect(error?.code == .unknown)
                    #expect(error?.message.contains("no such place") == true)
                }
            }
        }
    }

    @Test("can be stopped and started again at the same place, and goes wrong on request")
    func faults() async throws {
        try await FakePiped.with { piped in
            try await withPipedService(of: piped) { service in
                piped.inject(PipedFault(.refuse(Refusal(.unavailable, "gone")), methods: ["ReportStageLogs"], times: 1))
                #expect(await refusal { _ = try await service.reportStageLogs(report(blocks([1]))) } == .unavailable)
                #expect(piped.state.log("d1", "s1").visible.isEmpty)
                piped.inject(PipedFault(.refuseAfter(Refusal(.internalError, "lost")), times: 1))
                #expect(await refusal { _ = try await service.reportStageLogs(report(blocks([1]))) } == .internalError)
                #expect(piped.state.log("d1", "s1").visible.count == 1)

                piped.inject(PipedFault(.hang))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try await service.reportStageLogs(report(blocks([2]))) }
                    await piped.wait { $0.calls.count == 3 }
                    #expect(piped.state.log("d1", "s1").visible.count == 1)
                    piped.clearFaults()
                    try await group.waitForAll()
                }
                #expect(piped.state.log("d1", "s1").visible.count == 2)

                let address = piped.address
                await piped.stop()
                var options = CallOptions.defaults
                options.waitForReady = false
                let impatient = options
                #expect(
                    await refusal { _ = try await service.reportStageLogs(report(blocks([3])), options: impatient) }
                        == .unavailable
                )
                try await piped.start()
                #expect(piped.address == address)
                // The first call may still go out on the connection that is being closed.
                while await refusal({ _ = try await service.reportStageLogs(report(blocks([3]))) }) == .unavailable {
                    try Task.checkCancellation()
                }
                #expect(piped.state.log("d1", "s1").visible.map(\.index) == [1, 2, 3])
            }
        }
    }
}
