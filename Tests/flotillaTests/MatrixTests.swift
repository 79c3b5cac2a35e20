import Testing

@testable import Stages
@testable import flotilla

@Suite("The matrix of a run")
struct MatrixTests {
    /// A hundred clusters, of which one is done, one failed and one is at work, the last ones.
    private var state: MatrixState {
        var state = MatrixState(stages: ["K8S_CANARY_ROLLOUT"], targets: (1...100).map { "c\($0)" })
        state.apply(.note(target: "c97", "a note"))
        state.apply(.stageFinished(stage: 0, StageReport(stage: "K8S_CANARY_ROLLOUT"), isStopped: false))
        for (target, outcome) in [("c98", TargetOutcome.succeeded), ("c99", .failed)] {
            let report = TargetReport(target: target, outcome: outcome)
            state.apply(event(target, .finished(report)))
        }
        state.apply(event("c100", .planned(steps: 7)))
        return state
    }

    private func event(_ target: String, _ kind: StageEvent.Kind) -> DeploymentEvent {
        .target(stage: 0, StageEvent(stage: "K8S_CANARY_ROLLOUT", target: target, kind: kind))
    }

    @Test("has a row for each cluster when they fit above the cursor")
    func fits() {
        let lines = state.picture(columns: 80, rows: 102)
        #expect(lines.count == 101)
        #expect(lines[0].contains("canary_rollout"))
        #expect(lines[99].contains("✗ failed") && lines[100].contains("0/7"))
    }

    @Test("shows what has failed and what is at work when there are too many, and counts the others")
    func doesNotFit() {
        let lines = state.picture(columns: 80, rows: 6)
        #expect(lines.count == 5)
        #expect(lines[1].hasPrefix("c1 "))
        #expect(lines[2].hasPrefix("c99 ") && lines[3].hasPrefix("c100 "))
        #expect(lines[4] == "and 97 more: 96 waiting, 1 done")
    }

    @Test("is no wider than the terminal", arguments: [20, 30, 80])
    func width(columns: Int) {
        #expect(state.picture(columns: columns, rows: 24).allSatisfy { $0.count <= max(20, columns - 1) })
    }

    @Test("is drawn over itself, and only when something has changed")
    func redraw() {
        var state = state
        let first = state.redraw(columns: 80, rows: 24)
        #expect(first.count { $0 == "\n" } == 23)
        #expect(!first.hasPrefix("\u{1B}[23A"))
        #expect(state.redraw(columns: 80, rows: 24).isEmpty)
        state.apply(event("c1", .planning))
        let second = state.redraw(columns: 80, rows: 10)
        #expect(second.hasPrefix("\u{1B}[23A") && second.hasSuffix("\u{1B}[J"))
        #expect(second.count { $0 == "\n" } == 9)
    }
}
