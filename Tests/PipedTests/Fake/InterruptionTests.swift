import FakePiped
import Manifests
import PipedAPI
import TestSupport
import Testing

@Suite("Interruptions by the fake piped", .timeLimit(.minutes(5)))
struct InterruptionTests {
    /// A script whose stage waits until the test lets it go, whatever becomes of its call.
    private func stubborn(_ gate: Gate) -> ScriptedPlugin.Script {
        var script = ControllerFixture.script
        script.execute = { request in
            guard request.input.stage.name == "DEMO_ROLLOUT" else { return .stageSuccess }
            await gate.wait()
            return .stageSuccess
        }
        return script
    }

    /// A deployment that was interrupted while its second stage ran, when piped is done with it.
    private func interrupted(
        _ fixture: ControllerFixture,
        _ interruption: Interruption
    ) async throws -> PipedDeployment? {
        let planned = try await fixture.controller.plan(fixture.second, of: ControllerFixture.application)
        return try await withThrowingTaskGroup(of: PipedDeployment.self) { group in
            group.addTask { try await fixture.controller.execute(planned.id) }
            await fixture.piped.wait { $0.journal.contains("demo ExecuteStage DEMO_ROLLOUT") }
            fixture.piped.interrupt(planned.id, interruption)
            return try await group.next()
        }
    }

    @Test(
        "cancel the stage and roll back at once, while the plugin is still at it",
        arguments: [Interruption.cancelled(by: "ann"), .timeLimit]
    )
    func cancelled(interruption: Interruption) async throws {
        let gate = Gate()
        try await ControllerFixture.with(stubborn(gate)) { fixture in
            let done = try await interrupted(fixture, interruption)
            #expect(done?.status == .deploymentCancelled)
            #expect(done?.stages.map(\.status) == [.stageSuccess, .stageCancelled, .stageSuccess])
            #expect(
                fixture.piped.state.journal.suffix(5) == [
                    "deployment ROLLING_BACK", "stage DEMO_ROLLBACK RUNNING", "demo ExecuteStage DEMO_ROLLBACK",
                    "stage DEMO_ROLLBACK SUCCESS", "deployment CANCELLED",
                ]
            )
            await gate.open()
        }
    }

    @Test(
        "leave a deployment to the next piped",
        arguments: [
            (.shutdown, "DEMO_ROLLBACK", .deploymentCancelled), (.killed, "DEMO_ROLLOUT", .deploymentSuccess),
        ] as [(Interruption, String, PipedDeploymentStatus)]
    )
    func left(interruption: Interruption, next: String, end: PipedDeploymentStatus) async throws {
        let gate = Gate()
        try await ControllerFixture.with(stubborn(gate)) { fixture in
            let left = try #require(try await interrupted(fixture, interruption))
            #expect(left.status == .deploymentRunning)
            await gate.open()
            let calls = fixture.plugin.executed.count
            let done = try await fixture.controller.execute(left.id)
            #expect(done.status == end)
            #expect(fixture.plugin.executed[calls].input.stage.name == next)
        }
    }
}

/// Something to wait for until it is open.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func wait() async {
        if !isOpen { await withCheckedContinuation { waiting.append($0) } }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
