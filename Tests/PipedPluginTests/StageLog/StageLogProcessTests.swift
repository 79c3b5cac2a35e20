import FakePiped
import GRPCCore
import Manifests
import Testing

@testable import PipedPlugin
@testable import Stages

@Suite("A stage log and the log of the process", .timeLimit(.minutes(5)))
struct StageLogProcessTests {
    private let report = StageReport(
        stage: "K8S_SYNC",
        targets: [
            TargetReport(target: "eu", outcome: .succeeded),
            TargetReport(target: "us", outcome: .failed, error: "us: no"),
        ]
    )

    @Test("share the errors, with the cluster they are about")
    func errors() async throws {
        let recorded = RecordedLog()
        let kept = try await FakePiped.connected(logger: recorded.logger) { fake, piped in
            await StageLog.keeping(FakePiped.stage, in: piped) { log in
                log.write("a")
                log.write("boom", .error)
                let report = TargetReport(target: "eu", outcome: .failed, error: "eu: no")
                log.write(event: StageEvent(stage: "K8S_SYNC", target: "eu", kind: .finished(report)))
            }
            return fake.kept
        }
        #expect(recorded.lines == ["error: boom", "error deployTarget=eu: failed: eu: no; no changes"])
        #expect(kept == ["a", "boom", "[eu] failed: eu: no; no changes"])
    }

    @Test("show what piped does not take since its log is closed, and the stage goes on")
    func closed() async throws {
        let recorded = RecordedLog()
        let kept = try await FakePiped.connected(logger: recorded.logger) { fake, piped in
            await StageLog.keeping(FakePiped.stage, in: piped) { $0.write("first") }
            await StageLog.keeping(FakePiped.stage, in: piped) { $0.write("second") }
            return fake.kept
        }
        #expect(kept == ["first"])
        #expect(
            recorded.lines == [
                "warning: lines of the stage are only here: the log of the stage was closed before", "info: second",
            ]
        )
    }

    @Test("show what a bounded wait could not send", arguments: [true, false])
    func away(hangs: Bool) async throws {
        let recorded = RecordedLog()
        var pace = LogPace()
        pace.call = .milliseconds(50)
        pace.ending = .milliseconds(100)
        try await FakePiped.connected(logger: recorded.logger) { [pace] fake, piped in
            if hangs { fake.fail(.hang, times: nil) } else { await fake.stop() }
            await StageLog.keeping(FakePiped.stage, in: piped, pace: pace) { log in
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
        let recorded = RecordedLog()
        let kept = try await FakePiped.connected(logger: recorded.logger) { fake, piped in
            await withTaskGroup { group in
                group.addTask {
                    await StageLog.keeping(FakePiped.stage, in: piped, pace: .quick) { log in
                        log.write("a")
                        await fake.wait { $0.kept == ["a"] }
                        withUnsafeCurrentTask { $0?.cancel() }
                        log.write("b")
                    }
                }
            }
            return fake.kept
        }
        #expect(kept == ["a"])
        #expect(recorded.lines.last == "info: b")
    }

    @Test("are not all there is: the result of the stage is kept in its metadata, for people and for programs")
    func metadata() async throws {
        try await FakePiped.connected { fake, piped in
            await StageLog.keeping(FakePiped.stage, in: piped) { $0.write(report: report) }
            let traffic = StageAddress(deployment: "d", stage: "traffic")
            await StageLog.keeping(traffic, in: piped) { $0.write(report: report, of: "primary 70%, canary 30%") }
            let open = StageAddress(deployment: "d", stage: "open")
            let ending = LogEnding()
            ending.shutdown.request()
            await StageLog.keeping(open, in: piped, ending: ending, pace: .quick) { log in
                log.write(report: report)
                log.leaveOpenAtShutdown()
            }
            let text = "primary 70%, canary 30%; eu: succeeded, us: failed"
            #expect(fake.metadata(of: "traffic")["pipecd/stage-display-metadata"] == text)
            #expect(
                fake.metadata() == [
                    "pipecd/stage-display-metadata": "eu: succeeded, us: failed",
                    "flotilla/report": report.value.jsonText(),
                ]
            )
            #expect(fake.metadata(of: "open") == [:])
        }
    }

    @Test("show lines of which there are too many at once for piped")
    func tooMany() async throws {
        let recorded = RecordedLog()
        var pace = LogPace.quick
        pace.gathering = .seconds(3600)
        pace.keptBytes = 10
        let kept = try await FakePiped.connected(logger: recorded.logger) { [pace] fake, piped in
            await StageLog.keeping(FakePiped.stage, in: piped, pace: pace) { log in
                for text in ["a", "b"] { log.write(text) }
            }
            return fake.kept
        }
        #expect(kept == ["a", "… 1 line is left out here: too many at once; they are in the log of the plugin"])
        #expect(recorded.lines == ["info: b"])
    }

    @Test("lose the report in the metadata when there is too much of it, and keep the text")
    func endlessReport() async throws {
        let targets = (0..<300).map { TargetReport(target: "cluster-\($0)", outcome: .failed, error: "it is gone") }
        let report = StageReport(stage: "K8S_SYNC", targets: targets)
        let kept = try await FakePiped.connected { fake, piped in
            await piped.keep(StageResult(planned: nil, report: report), of: FakePiped.stage)
            return fake.metadata()
        }
        #expect(Array(kept.keys) == ["pipecd/stage-display-metadata"])
    }

    @Test("lose single changes in the metadata when there are many, and keep how each cluster ended")
    func longReport() async throws {
        // About 10 KiB of them.
        let changes = (0..<160).map { number in
            ResourceChange(
                resource: ResourceKey(group: "", kind: "ConfigMap", namespace: "shop", name: "settings-\(number)"),
                change: .created
            )
        }
        let report = StageReport(
            stage: "K8S_SYNC",
            targets: [TargetReport(target: "eu", outcome: .succeeded, changes: changes)]
        )
        let kept = try await FakePiped.connected { fake, piped in
            await piped.keep(StageResult(planned: nil, report: report), of: FakePiped.stage)
            return fake.metadata()["flotilla/report"]
        }
        #expect(
            kept
                == #"{"stage":"K8S_SYNC","outcome":"succeeded","targets":[{"name":"eu","outcome":"succeeded","changes":[]}]}"#
        )
    }

    @Test("tell when the metadata are not taken, and the stage does not fail")
    func refusedMetadata() async throws {
        let recorded = RecordedLog()
        try await FakePiped.connected(logger: recorded.logger) { fake, piped in
            fake.fail(.refuse(Refusal(.unknown, "no such deployment")))
            await piped.keep(StageResult(planned: nil, report: report), of: FakePiped.stage)
        }
        let text = "the result of the stage is not shown in the web UI: piped: PutStageMetadataMulti: "
        #expect(recorded.lines == ["warning: \(text)unknown: no such deployment"])
    }
}
