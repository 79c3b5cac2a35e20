import Manifests
import Testing

@testable import Stages

@Suite("The progress of a run")
struct RunProgressTests {
    private static let header = header()

    /// A run of two stages on two targets, which may differ from the usual one.
    private static func header(
        run: String = "r1",
        application: String = "shop",
        commit: String = "c0ffee2",
        stages: [String] = ["A", "B"],
        targets: [String] = ["eu", "us"],
        digest: String = "ab12"
    ) -> RunHeader {
        RunHeader(
            run: RunID(run),
            application: application,
            commit: commit,
            stages: stages,
            targets: targets,
            digest: digest
        )
    }

    private static let web = ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: "web")

    private func progress(_ events: [JournalRecord.Event]) throws -> RunProgress {
        let time = Moment(sinceEpoch: .zero)
        return try RunProgress(([.runStarted(Self.header)] + events).map { JournalRecord(time: time, event: $0) })
    }

    private func finished(_ target: String, _ outcome: TargetOutcome, stage: Int = 0) -> JournalRecord.Event {
        .targetFinished(.init(stage: stage, target: target), outcome, error: nil, left: [])
    }

    @Test("knows the targets that a stage has succeeded on, by their last report")
    func done() throws {
        let place = JournalRecord.Place(stage: 0, target: "eu")
        let progress = try progress([
            .stageStarted(stage: 0, name: "A"), .targetPlanned(place, steps: 1),
            .objectChanged(place, ResourceChange(resource: Self.web, change: .unchanged)),
            finished("eu", .cancelled), finished("us", .failed), .runInterrupted, .runResumed,
            .stageStarted(stage: 0, name: "A"), .targetPlanned(place, steps: 1),
            .objectChanged(place, ResourceChange(resource: Self.web, change: .created)), finished("eu", .succeeded),
        ])
        let stage = try #require(progress.stages[0])
        #expect(Array(stage.done.keys) == ["eu"])
        #expect(stage.done["eu"]?.changes.map(\.change) == [.created])
        #expect(!stage.isOver)
        #expect(progress.outcome == nil)
        #expect(stage.report(order: ["us", "eu"]).targets.map(\.target) == ["us", "eu"])
    }

    @Test(
        "knows whether a stage is over",
        arguments: [
            (StageOutcome.succeeded, false, true), (.succeeded, true, true), (.failed, false, true),
            (.partial, false, true), (.failed, true, false), (.partial, true, false), (.cancelled, true, false),
        ]
    )
    func over(outcome: StageOutcome, isStopped: Bool, isOver: Bool) throws {
        let end = JournalRecord.StageEnd(stage: 0, outcome: outcome, isStopped: isStopped)
        let progress = try progress([.stageStarted(stage: 0, name: "A"), .stageFinished(end)])
        #expect(progress.stages[0]?.isOver == isOver)
    }

    @Test("forgets how a stage ended when it is run again")
    func again() throws {
        let end = JournalRecord.StageEnd(stage: 0, outcome: .failed)
        let start = JournalRecord.Event.stageStarted(stage: 0, name: "A")
        #expect(try progress([start, .stageFinished(end), start]).stages[0]?.isOver == false)
    }

    @Test("knows how the run ended")
    func outcome() throws {
        #expect(try progress([.runFinished(.partial)]).outcome == .partial)
    }

    @Test("needs a first line that says what the run is about")
    func notStarted() {
        let record = JournalRecord(time: Moment(sinceEpoch: .zero), event: .runResumed)
        #expect(throws: JournalError.Reason.notStarted) { try RunProgress([record]) }
        #expect(throws: JournalError.Reason.notStarted) { try RunProgress([]) }
    }

    @Test(
        "belongs to a run that differs in nothing that matters",
        arguments: [
            (
                header(run: "r2", targets: ["us", "eu"]), nil
            ),
            (
                header(application: "cart"), "application \"shop\""
            ),
            (
                header(commit: "c0ffee3"), "commit c0ffee2, not c0ffee3"
            ),
            (
                header(stages: ["B", "A"]), "stages were A, B"
            ),
            (
                header(targets: ["eu"]), "targets were eu, us"
            ),
            (
                header(digest: "ab13"), "are not what they were"
            ),
        ] as [(RunHeader, String?)]
    )
    func difference(now: RunHeader, part: String?) {
        let difference = Self.header.difference(from: now)
        if let part { #expect(difference?.contains(part) == true) } else { #expect(difference == nil) }
    }

    @Test(
        "belongs to another run when a name means another server by now, and may do so where one of them is not known",
        arguments: [
            (["eu": "https://a", "us": "https://b"], nil), (["eu": "https://a"], nil), (["asia": "https://c"], nil),
            (["us": "https://a"], "its target us was https://b, not https://a"),
        ] as [([String: String], String?)]
    )
    func servers(now: [String: String], text: String?) {
        var (before, after) = (Self.header, Self.header)
        before.servers = ["eu": "https://a", "us": "https://b"]
        after.servers = now
        #expect(before.difference(from: after) == text)
    }

    @Test(
        "belongs to another run when a commit runs that is neither its own nor one that ran before",
        arguments: [
            ([:], nil), (["c0ffee2": ["eu"], "c0ffee0": ["us"], "c0ffee1": ["asia"]], nil),
            (["c0ffee2": ["eu"], "d00d": ["us", "asia"]], "commit d00d was deployed on us, asia since it began"),
        ] as [([String: [String]], String?)]
    )
    func newer(live: [String: [String]], text: String?) {
        var before = RunHeader(
            run: RunID("r1"),
            application: "shop",
            commit: "c0ffee2",
            running: "c0ffee1",
            stages: ["A", "B"],
            targets: ["eu", "us"],
            digest: "ab12"
        )
        var after = before
        before.live = ["c0ffee0": ["us"]]
        after.live = live
        #expect(before.difference(from: after) == text)
    }
}
