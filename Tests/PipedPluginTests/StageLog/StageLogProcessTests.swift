import GRPCCore
import Manifests
@testable import Stages
import Testing

@testable import PipedPlugin

@Suite("A stage log and the log of the process", .timeLimit(.minutes(5)))
struct StageLogProcessTests {
    private let address = StageAddress(deployment: "d", stage: "s")

    private var pace: LogPace {
        var pace = LogPace()
        pace.gathering = .milliseconds(1)
        return pace
    }

    @Test("share the errors, with the cluster they are about")
    func errors() async throws {
        let stub = PipedStub()
        let recorded = RecordedLog()
        try await stub.connected(logger: recorded.logger) { piped in
            await StageLog.keeping(address, in: piped) { log in
                log.write("a")
                log.write("boom", .error)
                let report = TargetReport(target: "eu", outcome: .failed, error: "eu: no")
                log.write(event: StageEvent(stage: "K8S_SYNC", target: "eu", kind: .finished(report)))
            }
        }
        #expect(recorded.lines == ["error: boom", "error deployTarget=eu: failed: eu: no; no changes"])
        #expect(stub.now.kept() == ["a", "boom", "[eu] failed: eu: no; no changes"])
    }

    @Test("show what piped does not take since its log is closed, and the stage goes on")
    func closed() async throws {
        let stub = PipedStub()
        let recorded = RecordedLog()
        try await stub.connected(logger: recorded.logger) { piped in
            await StageLog.keeping(address, in: piped, pace: pace) { $0.write("first") }
            await StageLog.keeping(address, in: piped, pace: pace) { $0.write("second") }
        }
        #expect(stub.now.kept() == ["first"])
        #expect(
            recorded.lines == [
                "warning: lines of the stage are only here: the log of the stage was closed before", "info: second",
            ]
        )
    }

    @Test("show what a bounded wait for a piped that is away could not send")
    func away() async throws {
        let recorded = RecordedLog()
        var pace = pace
        pace.call = .milliseconds(50)
        pace.ending = .milliseconds(100)
        let port = try await PipedStub().serving { $0 }
        try await PipedClient.connected(
            to: PipedAddress(host: "127.0.0.1", port: port),
            plugin: "multi",
            logger: recorded.logger
        ) { [pace] piped in
            await StageLog.keeping(address, in: piped, pace: pace) { log in
                log.write("a")
                log.write("boom", .error)
            }
        }
        let rest = recorded.lines.filter { !$0.contains("is sent again") }
        #expect(
            rest == [
                "error: boom", "warning: lines of the stage are only here: piped could not be reached in time",
                "info: a",
            ]
        )
    }

    @Test("show the lines of a task that was cancelled, which cannot send")
    func cancelled() async throws {
        let stub = PipedStub()
        let recorded = RecordedLog()
        try await stub.connected(logger: recorded.logger) { piped in
            await withTaskGroup { group in
                group.addTask {
                    await StageLog.keeping(address, in: piped, pace: pace) { log in
                        log.write("a")
                        await stub.until { $0.kept() == ["a"] }
                        withUnsafeCurrentTask { $0?.cancel() }
                        log.write("b")
                    }
                }
            }
        }
        #expect(stub.now.kept() == ["a"])
        #expect(recorded.lines.last == "info: b")
    }

    @Test("are not all there is: the result of the stage is kept in its metadata, for people and for programs")
    func metadata() async throws {
        let stub = PipedStub()
        let report = StageReport(
            stage: "K8S_SYNC",
            targets: [
                TargetReport(target: "eu", outcome: .succeeded),
                TargetReport(target: "us", outcome: .failed, error: "us: no"),
            ]
        )
        try await stub.connected { piped in
            await StageLog.keeping(address, in: piped) { $0.write(report: report) }
            await StageLog.keeping(StageAddress(deployment: "d", stage: "open"), in: piped) { log in
                log.write(report: report)
                log.leaveOpen()
            }
        }
        #expect(
            stub.now.metadata == [
                "d/s/pipecd/stage-display-metadata": "eu: succeeded, us: failed",
                "d/s/flotilla/report": report.value.jsonText(),
            ]
        )
    }

    @Test("lose single changes in the metadata when there are many, and keep how each cluster ended")
    func longReport() async throws {
        let stub = PipedStub()
        let changes = (0..<2000).map { number in
            ResourceChange(
                resource: ResourceKey(group: "", kind: "ConfigMap", namespace: "shop", name: "settings-\(number)"),
                change: .created
            )
        }
        let report = StageReport(
            stage: "K8S_SYNC",
            targets: [TargetReport(target: "eu", outcome: .succeeded, changes: changes)]
        )
        try await stub.connected { piped in await piped.keep(report, of: address) }
        #expect(
            stub.now.metadata["d/s/flotilla/report"]
                == #"{"stage":"K8S_SYNC","outcome":"succeeded","targets":[{"name":"eu","outcome":"succeeded","changes":[]}]}"#
        )
    }

    @Test("tell when the metadata are not taken, and the stage does not fail")
    func refusedMetadata() async throws {
        let stub = PipedStub()
        let recorded = RecordedLog()
        stub.fail(.before(RPCError(code: .unknown, message: "no such deployment")))
        try await stub.connected(logger: recorded.logger) { piped in
            await piped.keep(StageReport(stage: "K8S_SYNC"), of: address)
        }
        let text = "the result of the stage is not shown in the web UI: piped: PutStageMetadataMulti: "
        #expect(recorded.lines == ["warning: \(text)unknown: no such deployment"])
    }
}
