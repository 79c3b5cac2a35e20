import FakeKubernetes
import KubernetesAPI
import TestSupport
import Testing

@testable import Stages

@Suite("Stages of one application", .timeLimit(.minutes(5)))
struct StageTurnsTests {
    @Test("run one after the other, in the order in which they come")
    func order() async throws {
        let turns = StageTurns()
        let done = Lock<[String]>([])
        await withTaskGroup(of: Void.self) { group in
            _ = try? await turns.turn(of: "orders", until: StopSignal()) {
                for name in ["second", "third"] {
                    let before = turns.waiting(for: "orders")
                    group.addTask {
                        _ = try? await turns.turn(of: "orders", until: StopSignal()) {
                            done.withLock { $0.append(name) }
                        }
                    }
                    await Polling.wait { turns.waiting(for: "orders") != before }
                }
                _ = try? await turns.turn(of: "another", until: StopSignal()) { done.withLock { $0.append("another") } }
                done.withLock { $0.append("first") }
            }
        }
        #expect(done.withLock { $0 } == ["another", "first", "second", "third"])
        #expect(turns.waiting(for: "orders") == 0)
    }

    @Test("give up their place when they are cancelled, or stopped", .tags(.cancellation), arguments: [true, false])
    func cancelled(byStop: Bool) async throws {
        let turns = StageTurns()
        let stop = StopSignal()
        let outcome = await withTaskGroup(of: Bool.self) { group in
            _ = try? await turns.turn(of: "orders", until: StopSignal()) {
                group.addTask { (try? await turns.turn(of: "orders", until: stop) { true }) ?? false }
                await Polling.wait { turns.waiting(for: "orders") != 0 }
                byStop ? stop.request() : group.cancelAll()
                await Polling.wait { turns.waiting(for: "orders") != 1 }
            }
            return await group.next()
        }
        #expect(outcome == false)
        #expect(try await turns.turn(of: "orders", until: StopSignal()) { true })
    }

    @Test("are cancelled on every target when the stop comes before their turn", .tags(.cancellation))
    func stopped() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.configMap]) { application in
            try await Fleet.with(["eu", "us"]) { fleet in
                let stop = StopSignal()
                let turns = fleet.connections.turns
                let report = try await turns.turn(of: "app-orders", until: StopSignal()) {
                    async let report = fleet.run("K8S_SYNC", of: application, stop: stop)
                    await Polling.wait { turns.waiting(for: "app-orders") != 0 }
                    stop.request()
                    return try? await report
                }
                #expect(report?.outcome == .cancelled)
                #expect(report?.problems.isEmpty == true)
                #expect(report?.targets.map(\.target) == ["eu", "us"])
                #expect(fleet.clusters.allSatisfy { $0.requests.isEmpty })
            }
        }
    }

    @Test("so a rollback begins when the stage before it has ended")
    func rollback() async throws {
        let version = VersionText(Text.deployment(), Text.service(), Text.configMap)
        try await VersionsFixture.with(running: version, target: version) { versions in
            try await Fleet.with(["eu"]) { fleet in
                let events = Lock<[String]>([])
                let onEvent: StageEventHandler = { event in
                    switch event.kind {
                    case .planning, .finished: events.withLock { $0.append(event.stage) }
                    default: return
                    }
                }
                async let first = fleet.run("K8S_CANARY_ROLLOUT", of: versions, onEvent: onEvent)
                async let second = fleet.run("K8S_ROLLBACK", of: versions, onEvent: onEvent)
                for report in try await [first, second] { #expect(report.outcome == .succeeded, "\(report)") }
                let stages = events.withLock { $0 }
                #expect(stages.count == 4)
                #expect(stages[0] == stages[1] && stages[2] == stages[3], "\(stages)")
            }
        }
    }
}
