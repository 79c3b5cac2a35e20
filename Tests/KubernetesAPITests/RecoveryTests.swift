import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI

/// What a client said of its waits.
private final class ToldWaits: Sendable {
    private let texts = Lock<[String]>([])

    var all: [String] { texts.withLock { $0 } }

    func add(_ error: APIError, _ wait: Duration) {
        texts.withLock { $0.append("\(error.reason.text), \(wait)") }
    }
}

@Suite("A cluster that goes away and comes back", .timeLimit(.minutes(5)))
struct RecoveryTests {
    /// A client whose waits are taken over by a body.
    private static func client(
        of cluster: FakeCluster,
        _ engine: HTTPEngine,
        _ sleep: @escaping @Sendable (Duration) async throws -> Void
    ) throws -> ClusterClient {
        var options = ClusterClient.Options()
        options.retry.sleep = sleep
        options.retry.jitter = { 1 }
        return ClusterClient(
            target: "osaka",
            configuration: try cluster.configuration(),
            engine: engine,
            options: options
        )
    }

    @Test("is waited for when it has answered before, whatever the request", arguments: TestedWrite.allCases)
    func restart(write: TestedWrite) async throws {
        try await withClient { cluster, other in
            let told = ToldWaits()
            let client = try Self.client(
                of: cluster,
                other.engine,
                { wait in
                    guard wait >= .seconds(4) else { return }
                    try await cluster.comeBack()
                }
            )
            let before = try await write.prepare(client)
            _ = try await client.discovery()
            await cluster.goDown()
            try await ClusterClient.$onWait.withValue({ told.add($0, $1) }) {
                try await write.perform(client, over: before)
            }
            try write.expectDone(in: cluster, over: before, sourceLocation: #_sourceLocation)
            let trouble = "cannot reach 127.0.0.1:\(cluster.port): connection refused"
            #expect(told.all == ["\(trouble), 2.0 seconds", "\(trouble), 4.0 seconds"])
        }
    }

    @Test("fails half a minute after its last answer")
    func gone() async throws {
        let waits = RecordedWaits()
        try await withClient(waits: waits) { cluster, client in
            _ = try await client.discovery()
            await cluster.goDown()
            let error = await #expect(throws: APIError.self) { try await client.apply(.configMap("settings")) }
            guard case .unreachable = error?.reason else { return unexpected(error) }
            #expect(waits.all == [2, 4, 8, 16].map { .seconds($0) })
        }
    }

    @Test("fails in two seconds when it has never answered")
    func neverThere() async throws {
        let waits = RecordedWaits()
        try await withClient(waits: waits) { cluster, client in
            await cluster.goDown()
            await #expect(throws: APIError.self) { try await client.list(.configMaps) }
            #expect(waits.all == [100, 200, 400, 800].map { .milliseconds($0) })
        }
    }

    @Test("loses no request of many when it sends the connection away, and does none twice")
    func goAway() async throws {
        try await withClient { cluster, client in
            let victims = try await Self.inParallel(15) {
                try await client.create(.configMap("victim\($0)")).resource
            }
            let revision = cluster.revision
            cluster.inject(Fault(.goAway, verbs: [.patch, .create, .delete], times: 8))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, victim) in victims.enumerated() {
                    group.addTask { _ = try await client.apply(.configMap("applied\(number)")) }
                    group.addTask { _ = try await client.create(.configMap("created\(number)")) }
                    group.addTask {
                        let outcome = try await client.delete(victim).outcome
                        #expect(outcome == .gone)
                    }
                }
                try await group.waitForAll()
            }
            #expect(cluster.revision - revision == 3 * victims.count)
            let names = cluster.objects(Foreign.configMaps).compactMap { $0[path: "metadata", "name"]?.string }
            for number in victims.indices {
                #expect(names.contains("applied\(number)") && names.contains("created\(number)"))
                #expect(!names.contains("victim\(number)"))
            }
        }
    }

    private static func inParallel<Output: Sendable>(
        _ count: Int,
        _ body: @escaping @Sendable (Int) async throws -> Output
    ) async throws -> [Output] {
        try await withThrowingTaskGroup(of: Output.self) { group in
            for number in 0..<count { group.addTask { try await body(number) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

@Suite("Credentials that end between two requests", .timeLimit(.minutes(5)))
struct ExpiredCredentialTests {
    private static func token(of cluster: FakeCluster) throws -> String {
        guard case .token(let token) = try cluster.configuration(.token).credentials else {
            throw Missing(what: "a token")
        }
        return token
    }

    /// A client with these credentials, for which no time passes.
    private static func client(_ cluster: FakeCluster, _ engine: HTTPEngine, _ credentials: Credentials) throws
        -> ClusterClient
    {
        var configuration = try cluster.configuration()
        configuration.tls.clientIdentity = nil
        configuration.credentials = credentials
        var options = ClusterClient.Options(retry: RecordedWaits().policy)
        options.credentials.clock = SetClock().clock
        return ClusterClient(target: "osaka", configuration: configuration, engine: engine, options: options)
    }

    /// A client whose certificate lies in files that are not looked at again, for no time passes.
    private static func client(_ cluster: FakeCluster, _ engine: HTTPEngine, filesIn directory: String) throws
        -> ClusterClient
    {
        var configuration = try cluster.configuration()
        configuration.tls.paths.clientCertificate = "\(directory)/tls.crt"
        configuration.tls.paths.clientKey = "\(directory)/tls.key"
        var options = ClusterClient.Options(retry: RecordedWaits().policy)
        options.credentials.clock = SetClock().clock
        return ClusterClient(target: "osaka", configuration: configuration, engine: engine, options: options)
    }

    /// Lets the cluster refuse the certificate in the files, and puts a new one there.
    private static func rotate(_ cluster: FakeCluster, filesIn directory: String) throws {
        try cluster.rotateClientCertificate()
        let identity = try #require(try cluster.configuration().tls.clientIdentity)
        try TestFiles.write(String(decoding: identity.certificate, as: UTF8.self), to: "\(directory)/tls.crt")
        try TestFiles.write(String(decoding: identity.key, as: UTF8.self), to: "\(directory)/tls.key")
    }

    @Test("a client certificate that is renewed while requests run costs none of them")
    func certificate() async throws {
        try await withClient { cluster, other in
            try await withTemporaryDirectory { directory in
                let client = try Self.client(cluster, other.engine, filesIn: directory)
                _ = try await client.discovery()
                let revision = cluster.revision
                cluster.inject(Fault(.delay(50), verbs: [.patch], times: 5))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<5 { group.addTask { _ = try await client.apply(.configMap("slow\(number)")) } }
                    await cluster.wait { $0.requests.count { $0.method == "PATCH" } == 5 }
                    // Once this is answered, those before it on the connection are past the look at the certificate.
                    _ = try await client.get(.configMaps, namespace: "default", name: "none")
                    try Self.rotate(cluster, filesIn: directory)
                    for number in 0..<20 {
                        group.addTask { _ = try await client.apply(.configMap("applied\(number)")) }
                        group.addTask { _ = try await client.create(.configMap("created\(number)")) }
                    }
                    try await group.waitForAll()
                }
                #expect(cluster.revision - revision == 45)
                // Each goes out twice at most.
                #expect(cluster.requests.count { $0.method != "GET" } <= 90)
            }
        }
    }

    @Test("a client certificate that nobody renews is believed to be refused")
    func staleCertificate() async throws {
        try await withClient { cluster, client in
            let before = try await client.apply(.configMap("settings")).resource
            try cluster.rotateClientCertificate()
            cluster.clearRequests()
            let error = await #expect(throws: APIError.self) { try await client.replace(.configMap("settings")) }
            guard case .unauthorized = error?.reason else { return unexpected(error) }
            #expect(cluster.requests.count == 1)
            #expect(cluster.object(TestedWrite.path) == before.object)
        }
    }

    @Test("a server that shows another certificate of its authority, on new connections, is still trusted")
    func serverCertificate() async throws {
        try await withClient { cluster, client in
            _ = try await client.apply(.configMap("settings"))
            try await cluster.rotateServingCertificate(closesConnections: true)
            let again = try await client.apply(.configMap("settings", data: ["a": "2"]))
            #expect(again.resource.object["data"] == ["a": "2"])
        }
    }

    @Test("a write goes out once more with the new token of a file, and is done once", arguments: TestedWrite.allCases)
    func tokenFile(write: TestedWrite) async throws {
        try await withClient { cluster, other in
            try await withTemporaryDirectory { directory in
                let path = "\(directory)/token"
                let before = try await write.prepare(other)
                try TestFiles.write("ended\n", to: path)
                let client = try Self.client(cluster, other.engine, .tokenFile(path: path))
                await #expect(throws: APIError.self) { try await client.discovery() }
                try TestFiles.write("\(Self.token(of: cluster))\n", to: path)
                let revision = cluster.revision
                try await write.perform(client, over: before)
                #expect(cluster.revision == revision + 1)
                try write.expectDone(in: cluster, over: before, sourceLocation: #_sourceLocation)
            }
        }
    }

    @Test("API-25 a write that is refused runs the plugin once, and is repeated once", arguments: TestedWrite.allCases)
    func plugin(write: TestedWrite) async throws {
        try await withClient { cluster, other in
            try await withTemporaryDirectory { directory in
                let token = try Self.token(of: cluster)
                try TestFiles.write(token, to: "\(directory)/token")
                let credential = PluginScript.print(["token": "TOKEN"])
                let lines = "{\n\(credential)\n} | sed \"s/TOKEN/$(cat '\(directory)/token')/\""
                let script = try PluginScript(in: directory, lines)
                let client = try Self.client(cluster, other.engine, .plugin(.stand(in: script.path)))
                let before = try await write.prepare(other)
                _ = try await client.discovery()
                cluster.clearRequests()
                let message = "the token has ended"
                cluster.inject(
                    Fault(.status(code: 401, reason: "Unauthorized", message: message), verbs: [write.verb], times: 1)
                )
                let revision = cluster.revision
                try await write.perform(client, over: before)
                #expect(script.runs == 2)
                #expect(cluster.revision == revision + 1)
                #expect(cluster.requests.count == (write == .replace ? 3 : 2))
                try write.expectDone(in: cluster, over: before, sourceLocation: #_sourceLocation)
            }
        }
    }
}
