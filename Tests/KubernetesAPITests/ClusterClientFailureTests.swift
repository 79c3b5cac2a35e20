import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite("Cluster client, when things go wrong", .timeLimit(.minutes(5)))
struct ClusterClientFailureTests {
    @Test("a cluster that is not there is named with address and cause")
    func unreachable() async throws {
        try await withClient { cluster, client in
            await cluster.goDown()
            let error = await #expect(throws: APIError.self) { try await client.discovery() }
            let text = "cannot reach 127.0.0.1:\(cluster.port): connection refused"
            #expect(error?.description.hasSuffix(text) == true, "\(error.text)")
            #expect(error?.isTransient == true)
        }
    }

    @Test("a name that does not exist is a cause, too")
    func unknownName() async throws {
        let server = try #require(ServerAddress("https://no-such-host.invalid:6443"))
        let engine = HTTPEngine()
        defer { engine.close() }
        let client = ClusterClient(
            target: "osaka",
            configuration: ClusterConfiguration(server: server),
            engine: engine,
            options: ClusterClient.Options(retry: RecordedWaits().policy)
        )
        let error = await #expect(throws: APIError.self) { try await client.list(.configMaps) }
        guard case .unreachable("no-such-host.invalid:6443", _) = error?.reason else {
            return unexpected(error)
        }
    }

    @Test("API-20 429 is waited out as the server says, also for a create")
    func tooManyRequests() async throws {
        let waits = RecordedWaits()
        try await withClient(waits: waits) { cluster, client in
            _ = try await client.discovery()
            cluster.clearRequests()
            cluster.inject(Fault(.tooManyRequests(retryAfter: 2), verbs: [.create], times: 2))
            _ = try await client.create(.configMap("settings"))
            #expect(waits.all == [.seconds(2), .seconds(2)])
            #expect(cluster.paths.count == 3)
        }
    }

    @Test(
        "the server's advice is in seconds, in a header or else in the answer; a time of day is none",
        arguments: [
            ("\r\nRetry-After: 7", ",\"details\":{\"retryAfterSeconds\":3}", 7000),
            ("", ",\"details\":{\"retryAfterSeconds\":3}", 3000),
            ("\r\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT", ",\"details\":{\"retryAfterSeconds\":3}", 3000),
            ("\r\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT", "", 100),
        ]
    )
    func advice(header: String, details: String, milliseconds: Int) async throws {
        let waits = RecordedWaits()
        try await withScriptedServer(options: ClusterClient.Options(retry: waits.policy)) { _, number in
            guard number == 0 else { return .respond(200, #"{"kind":"ConfigMapList","items":[]}"#) }
            let status = #"{"kind":"Status","apiVersion":"v1","code":503\#(details)}"#
            return .respond(503, status, type: "application/json\(header)")
        } _: { _, client in
            _ = try await client.list(.configMaps)
            #expect(waits.all == [.milliseconds(milliseconds)])
        }
    }

    @Test("an overloaded server is asked again a few times, then believed")
    func unavailable() async throws {
        let waits = RecordedWaits()
        try await withClient(waits: waits) { cluster, client in
            cluster.inject(.unavailable(verbs: [.list], times: 2))
            _ = try await client.list(.configMaps)
            #expect(waits.all == [.milliseconds(100), .milliseconds(200)])
            cluster.inject(.unavailable(verbs: [.list]))
            let error = await #expect(throws: APIError.self) { try await client.list(.configMaps) }
            guard case .status(503, "ServiceUnavailable", _) = error?.reason else {
                return unexpected(error)
            }
            #expect(waits.all.count == 6)
        }
    }

    @Test("a broken connection is tried again", arguments: [Fault.Effect.resetBefore, .resetAfter])
    func reset(effect: Fault.Effect) async throws {
        try await withClient { cluster, client in
            _ = try await client.discovery()
            cluster.inject(Fault(effect, verbs: [.patch], times: 2))
            let applied = try await client.apply(.configMap("settings"))
            #expect(applied.resource.object["data"] == ["a": "1"])
            cluster.inject(Fault(effect, verbs: [.delete], times: 1))
            let deletion = try await client.delete(applied.resource).outcome
            #expect(deletion == (effect == .resetBefore ? .gone : .alreadyGone))
        }
    }

    @Test("a server that hangs up without an answer is asked five times in all")
    func hangsUp() async throws {
        let answer = #"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x"}}"#
        try await withScriptedServer { _, number in
            number < 4 ? .hangUp : .respond(200, answer)
        } _: { server, client in
            _ = try await client.get(.configMaps, namespace: "n", name: "x")
            #expect(server.requests.count == 5)
        }
        try await withScriptedServer { _, _ in
            .hangUp
        } _: { server, client in
            let error = await #expect(throws: APIError.self) { try await client.list(.configMaps) }
            guard case .connectionLost = error?.reason else { return unexpected(error) }
            #expect(server.requests.count == 5)
        }
    }

    @Test("a server that sends connections away loses no request")
    func goAway() async throws {
        try await withClient { cluster, client in
            cluster.inject(Fault(.goAway, verbs: [.patch]))
            for number in 0..<20 { _ = try await client.apply(.configMap("c\(number)")) }
            #expect(cluster.objects("/api/v1/namespaces/default/configmaps").count >= 20)
        }
    }

    @Test("cancelling aborts a request that hangs, at once")
    func cancel() async throws {
        try await withClient { cluster, client in
            _ = try await client.discovery()
            cluster.inject(Fault(.stall, verbs: [.list]))
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await client.list(.configMaps) }
                await cluster.wait { $0.requests.contains { $0.path == "/api/v1/configmaps" } }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
            cluster.clearFaults()
            _ = try await client.list(.configMaps)
        }
    }

    @Test("a request that was cancelled before is not sent")
    func cancelledBefore() async throws {
        try await withClient { cluster, client in
            await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { _ = try await client.list(.configMaps) }
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
            #expect(cluster.paths.isEmpty)
        }
    }

    @Test("a server that says nothing is left after the time limit")
    func timeout() async throws {
        try await withClient { cluster, client in
            _ = try await client.discovery()
            cluster.inject(Fault(.stall, verbs: [.list]))
            let error = await #expect(throws: APIError.self) {
                var call = APICall(.list, "configmaps", path: "/api/v1/configmaps")
                call.timeout = .milliseconds(200)
                _ = try await client.send(call)
            }
            #expect(error?.reason == .timedOut(address: "127.0.0.1:\(cluster.port)", after: .milliseconds(200)))
        }
    }

    @Test("the time limit is an option, for all but lists, watches and discovery")
    func requestTimeout() async throws {
        var options = ClusterClient.Options(retry: RecordedWaits().policy)
        options.requestTimeout = .seconds(7)
        let object =
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"default","uid":"u"}}"#
        let list = #"{"apiVersion":"v1","kind":"ConfigMapList","items":[]}"#
        try await withScriptedServer(options: options) { request, _ in
            if let answer = ScriptedServer.discovery(request) { return answer }
            return .respond(200, request.hasPrefix("GET") && !request.contains("settings") ? list : object)
        } _: { server, client in
            let live = try await client.apply(.configMap("settings")).resource
            _ = try await client.get(.configMaps, namespace: "default", name: "settings")
            _ = try await client.delete(live)
            _ = try await client.list(.configMaps)
            let limited = server.requests.filter { $0.contains("timeout=") }
            #expect(limited.count == 3 && limited.allSatisfy { $0.contains("timeout=7s") }, "\(server.requests)")
        }
    }

    @Test("an answer beyond the limit is cut off")
    func tooLarge() async throws {
        try await withScriptedServer { _, _ in
            .respond(200, String(repeating: "x", count: 3000))
        } _: { server, client in
            let size = { @Sendable (limit: Int) in
                var request = try await client.request(for: APICall(.get, "x", path: "/"))
                request.maximumBytes = limit
                return try await client.engine.response(to: request).body.count
            }
            let whole = try await size(3000)
            #expect(whole == 3000)
            await #expect(throws: HTTPFailure.tooLarge(limit: 2999)) { try await size(2999) }
        }
    }

    @Test("a proxy that answers instead of the server is shown")
    func proxyAnswer() async throws {
        try await withScriptedServer { _, _ in
            .respond(407, "<h1>who\nare you</h1>", type: "text/html")
        } _: { _, client in
            let error = await #expect(throws: APIError.self) { try await client.list(.configMaps) }
            #expect(error.text == "osaka: list configmaps: the server answered 407: <h1>who are you</h1>")
        }
    }

    @Test("closing the engine ends what is under way, and all that comes later")
    func closed() async throws {
        try await withClient { cluster, client in
            cluster.inject(Fault(.stall, verbs: [.list]))
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await client.list(.configMaps) }
                await cluster.wait { !$0.requests.isEmpty }
                client.engine.close()
                let error = await #expect(throws: APIError.self) { try await group.waitForAll() }
                #expect(error?.reason == .engineClosed)
            }
            let error = await #expect(throws: APIError.self) { try await client.list(.configMaps) }
            #expect(error?.reason == .engineClosed)
        }
    }
}

@Suite("Cluster client, identities", .timeLimit(.minutes(5)))
struct ClusterClientIdentityTests {
    @Test("a server with a certificate of another authority is refused")
    func wrongAuthority() async throws {
        try await withClient { cluster, client in
            try await withFakeCluster("kyoto") { other in
                var configuration = try cluster.configuration()
                configuration.tls.certificateAuthority = try other.configuration().tls.certificateAuthority
                let stranger = ClusterClient(target: "osaka", configuration: configuration, engine: client.engine)
                // The first client's connection is open and must not be used for the second.
                _ = try await client.list(.configMaps)
                let error = await #expect(throws: APIError.self) { try await stranger.list(.configMaps) }
                guard case .tls(let address, _) = error?.reason else {
                    return unexpected(error)
                }
                #expect(address == "127.0.0.1:\(cluster.port)")
                #expect(cluster.paths.count == 1)
            }
        }
    }

    @Test("a server of unknown authority is accepted only when the user says so")
    func unverified() async throws {
        try await withClient { cluster, client in
            var configuration = try cluster.configuration(.token)
            configuration.tls.certificateAuthority = nil
            let strict = ClusterClient(target: "osaka", configuration: configuration, engine: client.engine)
            await #expect(throws: APIError.self) { try await strict.list(.configMaps) }
            configuration.tls.skipsVerification = true
            let lax = ClusterClient(target: "osaka", configuration: configuration, engine: client.engine)
            _ = try await lax.list(.configMaps)
        }
    }

    @Test("the certificate must be for the name that the user gives")
    func serverName() async throws {
        try await withClient { cluster, client in
            var configuration = try cluster.configuration()
            configuration.tls.serverName = "elsewhere.example.com"
            let other = ClusterClient(target: "osaka", configuration: configuration, engine: client.engine)
            let error = await #expect(throws: APIError.self) { try await other.list(.configMaps) }
            #expect(error?.description.contains("elsewhere.example.com") == true)
            configuration.tls.serverName = "localhost"
            let local = ClusterClient(target: "osaka", configuration: configuration, engine: client.engine)
            _ = try await local.list(.configMaps)
        }
    }

    @Test("a client certificate of one client is no use to another")
    func separate() async throws {
        try await withClient { cluster, client in
            _ = try await client.list(.configMaps)
            var configuration = try cluster.configuration()
            configuration.tls.clientIdentity = nil
            let nobody = ClusterClient(target: "osaka", configuration: configuration, engine: client.engine)
            await #expect(throws: APIError.self) { try await nobody.list(.configMaps) }
            let token = ClusterClient(
                target: "osaka",
                configuration: try cluster.configuration(.token),
                engine: client.engine
            )
            _ = try await token.list(.configMaps)
        }
    }

    @Test("a token file is read again when the server refuses the token")
    func tokenFile() async throws {
        try await withClient { cluster, client in
            try await withTemporaryDirectory { directory in
                let path = "\(directory)/token"
                var configuration = try cluster.configuration(.token)
                guard case .token(let token) = configuration.credentials else { throw Missing(what: "a token") }
                try TestFiles.write("stale\n", to: path)
                configuration.credentials = .tokenFile(path: path)
                let other = ClusterClient(target: "osaka", configuration: configuration, engine: client.engine)
                let error = await #expect(throws: APIError.self) { try await other.list(.configMaps) }
                guard case .unauthorized = error?.reason else {
                    return unexpected(error)
                }
                try TestFiles.write("\(token)\n", to: path)
                _ = try await other.list(.configMaps)
            }
        }
    }

    @Test("an old server that speaks only HTTP/1.1 does as well")
    func http1() async throws {
        var options = FakeClusterOptions()
        options.protocols = .http1Only
        try await withClient(options: options) { cluster, client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 { group.addTask { _ = try await client.apply(.configMap("c\(number)")) } }
                try await group.waitForAll()
            }
        }
    }
}
