import TestSupport
import Testing

@testable import ManifestSources

@Suite("The bound on tools that run at once", .timeLimit(.minutes(5)))
struct ToolGateTests {
    @Test("lets the next one through when one ends, in their order, and those that are cancelled go")
    func turns() async throws {
        let gate = ToolGate(limit: 1)
        let (hold, release) = AsyncStream.makeStream(of: Void.self)
        let (order, noted) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await gate.held { for await _ in hold {} } }
            await Polling.wait { await !gate.isFree }
            let impatient = AsyncStream.makeStream(of: Bool.self)
            await withTaskGroup(of: Void.self) { inner in
                inner.addTask { impatient.continuation.yield(await gate.held {} == .cancelled) }
                await Polling.wait { await gate.waiting >= 1 }
                inner.cancelAll()
            }
            for await isCancelled in impatient.stream {
                #expect(isCancelled)
                break
            }
            for number in 1...3 {
                group.addTask { await gate.held { noted.yield(number) } }
                await Polling.wait { await gate.waiting >= number }
            }
            release.finish()
            try await group.waitForAll()
        }
        noted.finish()
        #expect(await order.reduce(into: []) { $0.append($1) } == [1, 2, 3])
        #expect(await gate.isFree)
    }

    @Test("is one for all tools, whoever runs them")
    func tools() async throws {
        try await withTemporaryDirectory { directory in
            let script = try StandIn("git", in: directory, "while ! test -e '\(directory)/go'; do sleep 0.01; done")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<9 {
                    group.addTask {
                        let tool = LocatedTool(tool: .git, path: script.path)
                        let run = ToolRun(tool, environment: ["PATH": StandIn.systemPath])
                        _ = try await run.output([], in: "/")
                    }
                }
                await Polling.wait { await ToolRun.gate.waiting != 0 }
                #expect(script.runs.count <= 8)
                try TestFiles.write("", to: "\(directory)/go")
                try await group.waitForAll()
            }
        }
    }
}

extension ToolGate {
    /// Runs a body, and answers why it was not run.
    @discardableResult
    fileprivate func held(_ body: @Sendable () async -> Void) async -> ManifestSourceError? {
        do throws(ManifestSourceError) {
            try await run { () throws(ManifestSourceError) in await body() }
            return nil
        } catch {
            return error
        }
    }
}
