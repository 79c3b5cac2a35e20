import Testing

@testable import KubernetesAPI

@Suite("Room for requests", .timeLimit(.minutes(5)))
struct RequestGateTests {
    @Test("grows when more of it is asked for, for those who wait already, too")
    func grows() async throws {
        let gate = RequestGate(limit: 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await gate.run {
                group.addTask { try await gate.run {} }
                while gate.waiting == 0 { await Task.yield() }
                gate.allow(2)
                while gate.waiting == 1 { await Task.yield() }
            }
            try await group.waitForAll()
        }
    }

    @Test("does not shrink")
    func stays() async throws {
        let gate = RequestGate(limit: 2)
        gate.allow(1)
        try await gate.run { try await gate.run {} }
    }
}
