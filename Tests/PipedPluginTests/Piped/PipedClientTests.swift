import GRPCCore
import Testing

@testable import PipedPlugin

@Suite("A client of piped", .timeLimit(.minutes(5)))
struct PipedClientTests {
    private let stage = StageAddress(deployment: "d", stage: "s")

    @Test("writes and reads the metadata of a stage, where none is nil")
    func stageMetadata() async throws {
        let stub = PipedStub()
        try await stub.connected { piped in
            try await piped.putStageMetadata(["a": "1", "empty": ""], of: stage)
            #expect(try await piped.stageMetadata("a", of: stage) == "1")
            #expect(try await piped.stageMetadata("empty", of: stage) == "")
            #expect(try await piped.stageMetadata("other", of: stage) == nil)
        }
        #expect(stub.now.metadata == ["d/s/a": "1", "d/s/empty": ""])
    }

    @Test("writes and reads the metadata of a deployment under the plugin's own name")
    func deploymentMetadata() async throws {
        let stub = PipedStub()
        try await stub.connected { piped in
            try await piped.putDeploymentMetadata(["a": "1"], deployment: "d")
            #expect(try await piped.deploymentMetadata("a", deployment: "d") == "1")
            #expect(try await piped.deploymentMetadata("b", deployment: "d") == nil)
        }
        #expect(stub.now.metadata == ["d//multi/a": "1"])
    }

    @Test("calls again when piped is away for a moment", arguments: [.unavailable, .internalError] as [RPCError.Code])
    func repeats(code: RPCError.Code) async throws {
        let stub = PipedStub()
        let error = RPCError(code: code, message: "a moment")
        stub.fail(.before(error), .after(error), .before(error))
        try await stub.connected { try await $0.putStageMetadata(["a": "1"], of: stage) }
        #expect(stub.now.metadata == ["d/s/a": "1"])
    }

    @Test(
        "does not call again for ever, nor when that is of no use",
        arguments: [
            (.unavailable, 4, "no answer (a\tb\n\nc); see whether piped runs and listens for its plugins"),
            (.unknown, 1, "unknown: a b; c"),
            (.notFound, 1, "notFound: a b; c"),
        ] as [(RPCError.Code, Int, String)]
    )
    func gives(code: RPCError.Code, calls: Int, text: String) async throws {
        let stub = PipedStub()
        let faults = Array(repeating: PipedStub.Fault.before(RPCError(code: code, message: "a\tb\n\nc")), count: 8)
        for fault in faults { stub.fail(fault) }
        try await stub.connected { piped in
            let error = await #expect(throws: PipedError.self) {
                try await piped.putStageMetadata(["a": "1"], of: stage)
            }
            #expect(
                error.map { "\($0)" } == "piped: PutStageMetadataMulti: \(text)".replacing("a\tb\n\nc", with: "a b; c")
            )
        }
        #expect(stub.now.faults.count == faults.count - calls)
    }

    @Test("waits for a piped that comes up later", arguments: ["127.0.0.1", "::1"])
    func later(host: String) async throws {
        let stub = PipedStub()
        let (isDone, done) = AsyncStream.makeStream(of: Void.self)
        let port = try await stub.serving(on: host) { $0 }
        try await PipedClient.connected(to: PipedAddress(host: "localhost", port: port), plugin: "multi") { piped in
            await withThrowingTaskGroup { group in
                group.addTask {
                    try await piped.putStageMetadata(["a": "1"], of: stage)
                    done.finish()
                }
                group.addTask { try await stub.serving(on: host, port: port) { _ in for await _ in isDone {} } }
            }
        }
        #expect(stub.now.metadata == ["d/s/a": "1"])
    }

    @Test("waits for no piped longer than the limit of a call")
    func limit() async throws {
        let port = try await PipedStub().serving { $0 }
        try await PipedClient.connected(to: PipedAddress(host: "127.0.0.1", port: port), plugin: "multi") { piped in
            let call = LogCall(kind: .cache, blocks: [])
            let answer = await piped.report(call, of: stage, within: .milliseconds(20))
            guard case .lost(let text) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(text.hasPrefix("piped: ReportStageLogs: no answer ("))
        }
    }

    @Test(
        "reads where piped listens",
        arguments: [
            ("localhost:9087", "localhost", 9087), ("127.0.0.1:1", "127.0.0.1", 1), ("[::1]:65535", "::1", 65535),
        ]
    )
    func address(text: String, host: String, port: Int) {
        let address = PipedAddress(text)
        #expect(address == PipedAddress(host: host, port: port))
        #expect(address?.description == text)
    }

    @Test(
        "refuses other addresses",
        arguments: [
            "", "localhost", ":9087", "localhost:", "localhost:0", "localhost:65536", "localhost:x", "::1:9087", "[]:1",
            "http://localhost:9087", "local host:1", "localhost:-1",
        ]
    )
    func noAddress(text: String) {
        #expect(PipedAddress(text) == nil)
    }
}
