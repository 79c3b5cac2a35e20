import FakePiped
import GRPCCore
import GRPCNIOTransportHTTP2
import Testing

@testable import PipedPlugin

@Suite("A client of piped", .timeLimit(.minutes(5)))
struct PipedClientTests {
    @Test("adds to the metadata of a stage")
    func stageMetadata() async throws {
        try await FakePiped.connected { fake, piped in
            try await piped.putStageMetadata(["a": "1", "empty": ""], of: FakePiped.stage)
            try await piped.putStageMetadata(["a": "2"], of: FakePiped.stage)
            #expect(fake.metadata() == ["a": "2", "empty": ""])
        }
    }

    @Test("calls again when piped is away for a moment", arguments: [.unavailable, .internalError] as [RPCError.Code])
    func repeats(code: RPCError.Code) async throws {
        try await FakePiped.connected { fake, piped in
            fake.fail(.refuse(Refusal(code, "a moment")))
            fake.fail(.refuseAfter(Refusal(code, "a moment")))
            try await piped.putStageMetadata(["a": "1"], of: FakePiped.stage)
            #expect(fake.state.calls.count == 3)
        }
    }

    @Test(
        "does not call again for ever, nor when that is of no use",
        arguments: [
            (.unavailable, 4, "unavailable: a b; c"),
            (.unknown, 1, "unknown: a b; c"),
            (.notFound, 1, "notFound: a b; c"),
        ] as [(RPCError.Code, Int, String)]
    )
    func gives(code: RPCError.Code, calls: Int, text: String) async throws {
        try await FakePiped.connected { fake, piped in
            fake.fail(.refuse(Refusal(code, "a\tb\n\nc")), times: nil)
            let error = await #expect(throws: PipedError.self) {
                try await piped.putStageMetadata(["a": "1"], of: FakePiped.stage)
            }
            #expect(error.map { "\($0)" } == "piped: PutStageMetadataMulti: \(text)")
            #expect(fake.state.calls.count == calls)
        }
    }

    @Test("installs a tool once more when piped goes away, and not when the script fails")
    func installTool() async throws {
        try await FakePiped.connected { fake, piped in
            fake.fail(.refuse(Refusal(.unavailable, "stopping")))
            fake.fail(.refuse(Refusal(.internalError, "broken")))
            let error = await #expect(throws: PipedError.self) {
                try await piped.installTool(name: "helm", version: "3.17.0", script: "true")
            }
            #expect(error?.text == "internalError: broken")
            #expect(fake.state.calls.count == 2)
        }
    }

    @Test(
        "asks again for a tool when the installation ended because another caller was cancelled",
        arguments: [
            (Refusal(.cancelled, "context canceled"), 2), (Refusal(.unknown, "sh: signal: killed"), 2),
            (Refusal(.unknown, "exit status 22"), 1),
        ]
    )
    func othersCancelled(refusal: Refusal, calls: Int) async throws {
        try await FakePiped.connected { fake, piped in
            fake.fail(.refuse(refusal), times: nil)
            await #expect(throws: PipedError.self) {
                try await piped.installTool(name: "helm", version: "3.17.0", script: "true")
            }
            #expect(fake.state.calls.count == calls)
        }
    }

    @Test("waits for a piped that comes up later")
    func later() async throws {
        try await FakePiped.connected { fake, piped in
            await fake.stop()
            try await withThrowingTaskGroup { group in
                group.addTask { try await piped.putStageMetadata(["a": "1"], of: FakePiped.stage) }
                try await fake.start()
                try await group.waitForAll()
            }
            #expect(fake.metadata() == ["a": "1"])
        }
    }

    @Test("knows piped's own errors from those of the connection to it")
    func answers() async throws {
        let call = LogCall(kind: .checkpoint(completed: true), blocks: [])
        try await FakePiped.connected { fake, piped in
            fake.fail(.refuse(Refusal(.unavailable, "the control plane is away")))
            let answer = await piped.report(call, of: FakePiped.stage, within: .seconds(240))
            let text = "piped: ReportStageLogsFromLastCheckpoint: unavailable: the control plane is away"
            #expect(answer == .unable(text))
            await fake.stop()
            guard case .lost = await piped.report(call, of: FakePiped.stage, within: .seconds(240)) else {
                Issue.record("piped is gone")
                return
            }
        }
    }

    @Test("waits no longer than the limit of a call", arguments: [true, false])
    func limit(hangs: Bool) async throws {
        let answer = try await FakePiped.connected { fake, piped in
            if hangs { fake.fail(.hang, times: nil) } else { await fake.stop() }
            let call = LogCall(kind: .cache, blocks: [])
            return await piped.report(call, of: FakePiped.stage, within: .milliseconds(20))
        }
        guard case .lost(let text) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(text.hasPrefix("piped: ReportStageLogs: no answer ("))
    }

    @Test(
        "finds piped by its name and by either kind of address",
        arguments: [
            (.ipv4(host: "127.0.0.1", port: 0), "localhost"), (.ipv4(host: "127.0.0.1", port: 0), "127.0.0.1"),
            (.ipv6(host: "::1", port: 0), "[::1]"),
        ] as [(SocketAddress, String)]
    )
    func addresses(address: SocketAddress, host: String) async throws {
        let server = GRPCServer(
            transport: .http2NIOPosix(address: address, transportSecurity: .plaintext, config: .patient),
            services: []
        )
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.serve() }
            defer { server.beginGracefulShutdown() }
            let used = try await server.listeningAddress
            let port = try #require(used?.ipv4?.port ?? used?.ipv6?.port)
            let piped = try #require(PipedAddress("\(host):\(port)"))
            let error = await #expect(throws: PipedError.self) {
                try await PipedClient.connected(to: piped) {
                    try await $0.putStageMetadata(["a": "1"], of: FakePiped.stage)
                }
            }
            #expect(error?.text.hasPrefix("unimplemented: ") == true)
        }
    }
}
