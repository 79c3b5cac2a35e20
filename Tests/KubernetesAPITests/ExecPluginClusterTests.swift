import FakeKubernetes
import Manifests
import Testing
import TestSupport

@testable import KubernetesAPI

@Suite("A client with a credential plugin", .timeLimit(.minutes(5)))
struct ExecPluginClusterTests {
    /// A client whose user has nothing but a plugin.
    private static func client(
        of cluster: FakeCluster,
        _ engine: HTTPEngine,
        plugin path: String,
        clock: SetClock = SetClock()
    ) throws -> ClusterClient {
        var configuration = try cluster.configuration()
        configuration.tls.clientIdentity = nil
        configuration.credentials = .plugin(.stand(in: path))
        var options = ClusterClient.Options(retry: RecordedWaits().policy)
        options.credentials.clock = clock.clock
        return ClusterClient(target: "osaka", configuration: configuration, engine: engine, options: options)
    }

    private static func token(of cluster: FakeCluster) throws -> String {
        guard case .token(let token) = try cluster.configuration(.token).credentials else {
            throw Missing(what: "a token")
        }
        return token
    }

    /// Lines that print one status at the first run and another one from then on.
    private static func print(first: Value, then: Value, in directory: String) -> String {
        """
        if [ "$(wc -l < '\(directory)/runs')" = 1 ]; then
        \(PluginScript.print(first))
        else
        \(PluginScript.print(then))
        fi
        """
    }

    private static func withCluster(_ body: (FakeCluster, HTTPEngine, String) async throws -> Void) async throws {
        try await withClient { cluster, client in
            try await withTemporaryDirectory { try await body(cluster, client.engine, $0) }
        }
    }

    @Test("API-25 runs it once for a hundred requests at once")
    func once() async throws {
        try await Self.withCluster { cluster, engine, directory in
            let script = try PluginScript(
                in: directory,
                PluginScript.print(["token": .string(Self.token(of: cluster))])
            )
            let client = try Self.client(of: cluster, engine, plugin: script.path)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<100 { group.addTask { _ = try await client.list(.configMaps) } }
                try await group.waitForAll()
            }
            #expect(script.runs == 1)
        }
    }

    @Test("finds it beside the kubeconfig, and tells it of the cluster")
    func wholeWay() async throws {
        try await Self.withCluster { cluster, engine, directory in
            let token = try Self.token(of: cluster)
            let script = try PluginScript(
                in: directory,
                "printf %s \"$KUBERNETES_EXEC_INFO\" > \"$1\"\n"
                    + PluginScript.print(["token": .string(token)], version: .v1beta1)
            )
            let exec = "command: ./plugin, args: ['\(directory)/info'], provideClusterInfo: true"
            let text = cluster.kubeconfigText(credential: .token).replacing(
                "token: \(token)",
                with: "exec: {apiVersion: client.authentication.k8s.io/v1beta1, \(exec)}"
            )
            try TestFiles.write(text, to: "\(directory)/config")
            let configuration = try ClusterSource(environment: ["KUBECONFIG": "\(directory)/config"]).load()
            let client = ClusterClient(target: "osaka", configuration: configuration, engine: engine)
            _ = try await client.list(.configMaps)
            #expect(script.runs == 1)
            let info = try Value(json: TestFiles.read("\(directory)/info"))
            #expect(info["apiVersion"] == "client.authentication.k8s.io/v1beta1")
            #expect(info[path: "spec", "cluster", "server"]?.string == cluster.server)
            let authority = Base64.encode(try #require(configuration.tls.certificateAuthority))
            #expect(info[path: "spec", "cluster", "certificate-authority-data"]?.string == authority)
        }
    }

    @Test("API-25 runs it again shortly before its token ends")
    func expiry() async throws {
        try await Self.withCluster { cluster, engine, directory in
            let status: Value = [
                "token": .string(try Self.token(of: cluster)), "expirationTimestamp": "2030-01-01T00:00:00Z",
            ]
            let script = try PluginScript(in: directory, PluginScript.print(status))
            let clock = SetClock(.seconds(1_893_456_000 - 3600))
            let client = try Self.client(of: cluster, engine, plugin: script.path, clock: clock)
            _ = try await client.list(.configMaps)
            clock.advance(by: .seconds(3569))
            _ = try await client.list(.configMaps)
            #expect(script.runs == 1)
            clock.advance(by: .seconds(1))
            _ = try await client.list(.configMaps)
            #expect(script.runs == 2)
        }
    }

    @Test("runs it once more when the server refuses the token, also for a create and a watch")
    func refused() async throws {
        for verb in ["list", "create", "watch"] {
            try await Self.withCluster { cluster, engine, directory in
                let lines = Self.print(
                    first: ["token": "expired"],
                    then: ["token": .string(try Self.token(of: cluster))],
                    in: directory
                )
                let script = try PluginScript(in: directory, lines)
                let client = try Self.client(of: cluster, engine, plugin: script.path)
                switch verb {
                case "list": _ = try await client.list(.configMaps)
                case "create": _ = try await client.create(.configMap("settings"))
                default:
                    cluster.inject(Fault(.expired, verbs: [.watch]))
                    var events = client.watch(.configMaps, from: "1").makeAsyncIterator()
                    let error = await #expect(throws: APIError.self) { try await events.next() }
                    guard case .expired = error?.reason else { return unexpected(error) }
                }
                #expect(script.runs == 2)
            }
        }
    }

    @Test("believes the server when the new token is refused as well")
    func refusedTwice() async throws {
        try await Self.withCluster { cluster, engine, directory in
            let script = try PluginScript(in: directory, PluginScript.print(["token": "top-secret"]))
            let client = try Self.client(of: cluster, engine, plugin: script.path)
            let error = await #expect(throws: APIError.self) { try await client.list(.configMaps) }
            guard case .unauthorized = error?.reason else { return unexpected(error) }
            #expect(script.runs == 2)
            #expect(!error.text.contains("top-secret"))
        }
    }

    @Test("shows a certificate of the plugin on new connections")
    func certificate() async throws {
        try await Self.withCluster { cluster, engine, directory in
            let identity = try #require(try cluster.configuration().tls.clientIdentity)
            let pair: Value = [
                "clientCertificateData": .string(String(decoding: identity.certificate, as: UTF8.self)),
                "clientKeyData": .string(String(decoding: identity.key, as: UTF8.self)),
            ]
            let lines = Self.print(first: ["token": "expired"], then: pair, in: directory)
            let script = try PluginScript(in: directory, lines)
            let client = try Self.client(of: cluster, engine, plugin: script.path)
            _ = try await client.list(.configMaps)
            #expect(script.runs == 2)
        }
    }

    @Test("names the deploy target, the user and the program that failed")
    func failure() async throws {
        try await Self.withCluster { cluster, engine, directory in
            let script = try PluginScript(in: directory, "echo top-secret; echo 'the session is over' >&2; exit 1")
            let client = try Self.client(of: cluster, engine, plugin: script.path)
            let error = await #expect(throws: APIError.self) { try await client.list(.configMaps) }
            let text =
                "osaka: list configmaps: the credential plugin of user \"u\": exec: executable \(script.path) "
                + "failed with exit code 1: the session is over"
            #expect(error.text == text)
            #expect(cluster.paths.isEmpty)
        }
    }

    @Test("never runs it for a server without TLS")
    func openConnection() async throws {
        try await withTemporaryDirectory { directory in
            let script = try PluginScript(in: directory, PluginScript.print(["token": "t"]))
            let server = try ScriptedServer { _, _ in .respond(200, #"{"kind":"ConfigMapList","items":[]}"#) }
            defer { server.close() }
            let engine = HTTPEngine()
            defer { engine.close() }
            var configuration = try server.configuration
            configuration.credentials = .plugin(.stand(in: script.path))
            let client = ClusterClient(target: "osaka", configuration: configuration, engine: engine)
            _ = try? await client.list(.configMaps)
            #expect(!server.requests.isEmpty)
            #expect(script.runs == 0)
        }
    }
}
