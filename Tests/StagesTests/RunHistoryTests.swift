import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("The history of a run")
struct RunHistoryTests {
    private static let header = RunHeader(
        run: RunID("r1"),
        application: "shop",
        commit: "c0ffee2",
        stages: ["K8S_CANARY_ROLLOUT", "K8S_PRIMARY_ROLLOUT"],
        targets: ["eu", "us"],
        digest: "ab12"
    )
    private static let web = ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: "web")
    private static let cart = ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: "cart")

    private func moment(_ second: Int) -> Moment { Moment(sinceEpoch: .seconds(1_900_000_000 + second)) }

    private func place(_ stage: Int, _ target: String = "eu") -> JournalRecord.Place {
        .init(stage: stage, target: target)
    }

    /// The history of events that come a second after each other.
    private func history(_ events: [JournalRecord.Event]) throws -> RunHistory {
        let all = [.runStarted(Self.header)] + events
        return try RunHistory(all.enumerated().map { JournalRecord(time: moment($0), event: $1) })
    }

    @Test("knows what is waited for, since when and until when")
    func waits() throws {
        let history = try history([
            .stageStarted(stage: 0, name: "K8S_CANARY_ROLLOUT"), .targetStarted(place(0)),
            .targetPlanned(place(0), steps: 4), .objectChanged(place(0), .init(resource: Self.web, change: .created)),
            .waitStarted(place(0), until: moment(600)), .waiting(place(0), Self.web, reason: "0 of 2"),
            .waiting(place(0), Self.cart, reason: "0 of 1"), .waiting(place(0), Self.web, reason: "1 of 2"),
            .ready(place(0), Self.cart),
        ])
        let cell = try #require(history.current?.cells["eu"])
        #expect(cell.waits == [.init(resource: Self.web, reason: "1 of 2", since: moment(6))])
        #expect(cell.deadline == moment(600))
        #expect(cell.start == moment(2) && cell.end == nil && cell.steps == 4 && cell.changes == 1)
        #expect(history.last == moment(9) && history.outcome == nil)
        #expect(history.current?.cells["us"] == nil)
    }

    @Test("knows when each stage began and ended, how, and the shares of the traffic")
    func ends() throws {
        let history = try history([
            .stageStarted(stage: 0, name: "K8S_CANARY_ROLLOUT"), .targetStarted(place(0)),
            .trafficRouted(place(0), Self.web, weights: ["primary": 90, "canary": 10]),
            .waitStarted(place(0), until: moment(600)), .waiting(place(0), Self.web, reason: "0 of 2"),
            .targetFinished(place(0), .failed, error: "eu: no", left: []),
            .stageFinished(.init(stage: 0, outcome: .partial, problems: ["odd"])),
            .stageStarted(stage: 2, name: "K8S_ROLLBACK"), .stageFinished(.init(stage: 2, outcome: .succeeded)),
            .runFinished(.failed),
        ])
        #expect(history.stages.map(\.number) == [0, 2])
        #expect(history.stages[0].end == moment(7) && history.stages[0].outcome == .partial)
        #expect(history.stages[0].problems == ["odd"])
        let cell = try #require(history.stages[0].cells["eu"])
        #expect(cell.outcome == .failed && cell.error == "eu: no" && cell.end == moment(6))
        #expect(cell.waits.isEmpty && cell.deadline == nil)
        #expect(history.routings.map(\.shares) == [["primary": 90, "canary": 10]])
        #expect(history.outcome == .failed && history.current == nil)
    }

    @Test("of a run that went on keeps what was done, and when it was")
    func resumed() throws {
        let history = try history([
            .stageStarted(stage: 0, name: "K8S_CANARY_ROLLOUT"), .targetStarted(place(0)),
            .targetStarted(place(0, "us")), .targetFinished(place(0), .succeeded, error: nil, left: []),
            .targetFinished(place(0, "us"), .cancelled, error: "us: stopped", left: []),
            .stageFinished(.init(stage: 0, outcome: .cancelled, isStopped: true)), .runInterrupted, .runResumed,
            .stageStarted(stage: 0, name: "K8S_CANARY_ROLLOUT"),
        ])
        #expect(history.stages.count == 1)
        #expect(history.current?.start == moment(1))
        #expect(history.current?.cells.keys.sorted() == ["eu"])
    }

    @Test("of a run that goes on after its process was killed has no wait of that process")
    func killed() throws {
        let history = try history([
            .stageStarted(stage: 0, name: "K8S_CANARY_ROLLOUT"), .targetStarted(place(0)),
            .targetFinished(place(0), .succeeded, error: nil, left: []), .targetStarted(place(0, "us")),
            .targetPlanned(place(0, "us"), steps: 4), .waitStarted(place(0, "us"), until: moment(600)),
            .waiting(place(0, "us"), Self.web, reason: "0 of 2"), .runResumed,
        ])
        #expect(history.current?.cells.keys.sorted() == ["eu"])
    }

    @Test("needs a beginning, and takes events of stages that never began for nothing")
    func malformed() throws {
        #expect(throws: JournalError.Reason.notStarted) { try RunHistory([]) }
        #expect(try history([.targetStarted(place(7)), .ready(place(7), Self.web)]).stages.isEmpty)
    }

    @Test("can be read while a process writes it, and says whether one does")
    func inUse() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/r1.jsonl"
            var journal: Journal? = try Journal.create(path, header: Self.header, at: moment(0))
            #expect(try Journal.read(path).isInUse)
            #expect(journal?.failure == nil)
            journal = nil
            let read = try Journal.read(path)
            #expect(!read.isInUse && read.records.count == 1)
            #expect(throws: Never.self) { try Journal.open(path) }
            #expect(throws: JournalError.self) { try Journal.read("\(directory)/none") }
        }
    }
}
