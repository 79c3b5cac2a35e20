import Stages
import Testing

@testable import flotilla

@Suite("The screen of a status that is watched")
struct StatusScreenTests {
    @Test("is drawn anew only where a line has changed")
    func redraw() throws {
        var screen = StatusScreen(folds: true)
        #expect(screen.redraw(columns: 120, rows: 60, now: StatusFixture.now).contains("looking at the clusters"))
        screen.report = try StatusFixture.report()
        let first = screen.redraw(columns: 120, rows: 60, now: StatusFixture.now)
        #expect(first.contains("\u{1B}[1;1H"))
        #expect(first.contains("last change at 17:46:40 UTC"))
        #expect(screen.redraw(columns: 120, rows: 60, now: StatusFixture.now).isEmpty)
        let later = screen.redraw(columns: 120, rows: 60, now: StatusFixture.now + .seconds(1))
        #expect(!later.isEmpty && later.count { $0 == "\n" } == 0)
        #expect(later.split(separator: "\u{1B}[K").count < 5, "only ages change")
    }

    @Test("is no larger than the terminal, and drawn whole when that gets another size", arguments: [5, 10, 100])
    func size(rows: Int) throws {
        var screen = StatusScreen(folds: true)
        screen.report = try StatusFixture.report()
        _ = screen.redraw(columns: 100, rows: 60, now: StatusFixture.now)
        let text = screen.redraw(columns: 100, rows: rows, now: StatusFixture.now)
        #expect(text.hasPrefix("\u{1B}[2J"))
        let lines = text.split(separator: "\u{1B}[K")
        #expect(lines.count <= rows)
        #expect(text.contains("more lines do not fit") == (rows < 100))
        #expect(text.contains("\u{1B}[1;1Hshop"))
    }

    @Test("changes for whatever can be seen, and not for the time")
    func content() throws {
        let report = try StatusFixture.report()
        let later = StatusReport(
            application: report.application,
            commit: report.commit,
            time: report.time + .seconds(5),
            clusters: report.clusters
        )
        #expect(report.content == later.content)
        #expect(report.content != (try StatusFixture.report(comparesWithGit: false)).content)
    }
}

@Suite("What is known of drift while the status is watched")
struct DriftMemoryTests {
    private func answer(_ name: String, isHealthy: Bool) throws -> LiveStateAnswer {
        let state = try isHealthy ? StatusFixture.healthy(name) : StatusFixture.degraded(name)
        return LiveStateAnswer(target: name, result: .success(state))
    }

    @Test("holds until something changes, and for some seconds whatever changes")
    func due() throws {
        let start = ContinuousClock.now
        var memory = DriftMemory(pause: .seconds(5))
        let first = try [answer("eu", isHealthy: true), answer("us", isHealthy: true)]
        #expect(memory.due(first, at: start).map(\.target) == ["eu", "us"])
        memory.learn(first.map { TargetDrift(target: $0.target, verdict: .synced) }, of: first, at: start)
        #expect(memory.due(first, at: start + .seconds(60)).isEmpty)
        let changed = try [answer("eu", isHealthy: true), answer("us", isHealthy: false)]
        #expect(memory.due(changed, at: start + .seconds(4)).isEmpty)
        #expect(memory.due(changed, at: start + .seconds(5)).map(\.target) == ["us"])
        #expect(memory.drifts.map(\.target).sorted() == ["eu", "us"])
    }

    @Test(
        "is asked again after longer and longer pauses where a comparison failed",
        arguments: [.unknown(["eu: 503"]), .invalidConfiguration(["no such file"])] as [TargetDrift.Verdict]
    )
    func failed(verdict: TargetDrift.Verdict) throws {
        var now = ContinuousClock.now
        var memory = DriftMemory(pause: .seconds(5))
        let answers = [try answer("eu", isHealthy: true)]
        for pause in [5, 10, 20, 40, 80, 160, 320, 320] {
            memory.learn([TargetDrift(target: "eu", verdict: verdict)], of: answers, at: now)
            #expect(memory.due(answers, at: now + .seconds(pause - 1)).isEmpty)
            now += .seconds(pause)
            #expect(memory.due(answers, at: now).count == 1, "\(pause)")
        }
        memory.learn([TargetDrift(target: "eu", verdict: .synced)], of: answers, at: now)
        #expect(memory.due(answers, at: now + .seconds(1000)).isEmpty)
    }

    @Test("is none of a cluster that cannot be looked at")
    func unseen() {
        let unseen = LiveStateAnswer(target: "eu", result: .failure(LiveStateError("no")))
        #expect(DriftMemory().due([unseen], at: .now).isEmpty)
    }
}
