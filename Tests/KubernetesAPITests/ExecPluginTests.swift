import Manifests
import Testing
import TestSupport

@testable import KubernetesAPI

@Suite("A credential plugin", .timeLimit(.minutes(5)))
struct ExecPluginTests {
    private static func configuration() throws -> ClusterConfiguration {
        guard let server = ServerAddress("https://example.com:6443/prefix") else { throw Missing(what: "an address") }
        return ClusterConfiguration(server: server)
    }

    private static func failure(of plugin: ExecPlugin, limits: ExecLimits = ExecLimits()) async throws -> String {
        let configuration = try configuration()
        let error = await #expect(throws: ExecFailure.self) { try await plugin.run(for: configuration, limits: limits) }
        return error?.text ?? "none"
    }

    private static func isRunning(_ process: Int32) -> Bool {
        let status = (try? TestFiles.text("/proc/\(process)/stat")) ?? ""
        return !status.isEmpty && !status.contains(") Z ")
    }

    @Test("gets its arguments as they are, its variables and a closed standard input")
    func arguments() async throws {
        try await withTemporaryDirectory { directory in
            let script = try PluginScript(
                in: directory,
                """
                token="$1,$2,$KUBE_REGION,$(wc -c),${HOME:+home}"
                printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}' "$token"
                """
            )
            let plugin = ExecPlugin.stand(
                in: script.path,
                arguments: ["--a;b", "$HOME"],
                environment: ["KUBE_REGION": "eu"]
            )
            let credential = try await plugin.run(for: Self.configuration(), limits: ExecLimits())
            #expect(credential.token == "--a;b,$HOME,eu,0,home")
        }
    }

    @Test("is told that nobody can answer questions, and nothing of the cluster")
    func information() async throws {
        try await withTemporaryDirectory { directory in
            let script = try PluginScript(
                in: directory,
                "printf %s \"$KUBERNETES_EXEC_INFO\" > '\(directory)/info'\n" + PluginScript.print(["token": "t"])
            )
            _ = try await ExecPlugin.stand(in: script.path).run(for: Self.configuration(), limits: ExecLimits())
            let info = try Value(json: TestFiles.read("\(directory)/info"))
            #expect(
                info == [
                    "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1",
                    "spec": ["interactive": false],
                ]
            )
        }
    }

    @Test("is told of the cluster when the kubeconfig says so")
    func clusterInformation() throws {
        var configuration = try Self.configuration()
        configuration.tls.certificateAuthority = Array("PEM".utf8)
        configuration.tls.serverName = "kube.local"
        configuration.proxy = "http://proxy:3128"
        configuration.disablesCompression = true
        let plugin = ExecPlugin.stand(in: "aws", clusterInfo: .init(config: ["audience": "x"]))
        #expect(
            plugin.info(configuration)[path: "spec", "cluster"] == [
                "server": "https://example.com:6443/prefix",
                "tls-server-name": "kube.local",
                "certificate-authority-data": "UEVN",
                "proxy-url": "http://proxy:3128",
                "disable-compression": true,
                "config": ["audience": "x"],
            ]
        )
    }

    @Test("that is not there is named, with the hint of the kubeconfig")
    func missing() async throws {
        let bare = ExecPlugin.stand(in: "no-such-plugin", installHint: "get it from example.com")
        let text = try await Self.failure(of: bare)
        #expect(text == "exec: executable no-such-plugin not found; get it from example.com")
        let path = try await Self.failure(of: .stand(in: "/nonexistent/plugin"))
        #expect(path == "exec: executable /nonexistent/plugin not found; install it")
    }

    @Test("that fails is quoted from standard error, never from standard output")
    func failing() async throws {
        try await withTemporaryDirectory { directory in
            let script = try PluginScript(
                in: directory,
                "echo top-secret\necho first >&2\nprintf 'log in\\033[1m again\\n' >&2\nexit 3"
            )
            let text = try await Self.failure(of: .stand(in: script.path))
            #expect(text == "exec: executable \(script.path) failed with exit code 3: log in [1m again")
            let silent = try PluginScript(in: directory, "echo top-secret\nexit 4")
            let advice = try await Self.failure(of: .stand(in: silent.path))
            #expect(
                advice == "exec: executable \(script.path) failed with exit code 4; run it in a shell to see why"
            )
        }
    }

    @Test("that prints nonsense is named without repeating it")
    func nonsense() async throws {
        try await withTemporaryDirectory { directory in
            let script = try PluginScript(in: directory, "echo top-secret")
            let text = try await Self.failure(of: .stand(in: script.path))
            #expect(text == "exec: executable \(script.path) did not print a JSON object")
        }
    }

    @Test("that takes too long is killed with what it started")
    func slow() async throws {
        try await withTemporaryDirectory { directory in
            let script = try PluginScript(in: directory, "sleep 300 &\necho $! > '\(directory)/pid'\nwait")
            let text = try await Self.failure(of: .stand(in: script.path), limits: ExecLimits(time: .seconds(5)))
            #expect(text == "exec: executable \(script.path) did not end within 5 s and was killed")
            let child = try #require(Int32(TestFiles.text("\(directory)/pid").trimmingWhitespace()))
            await Polling.wait { !Self.isRunning(child) }
        }
    }

    @Test("that prints without end is killed")
    func endless() async throws {
        try await withTemporaryDirectory { directory in
            let script = try PluginScript(in: directory, "yes top-secret")
            let text = try await Self.failure(of: .stand(in: script.path))
            #expect(text == "exec: executable \(script.path) wrote more than 1048576 bytes and was killed")
        }
    }

    @Test("is killed when nobody waits for it any more")
    func cancelled() async throws {
        try await withTemporaryDirectory { directory in
            let script = try PluginScript(in: directory, "mkfifo '\(directory)/gate'\nread line < '\(directory)/gate'")
            let configuration = try Self.configuration()
            await withTaskGroup(of: (any Error)?.self) { group in
                group.addTask {
                    do {
                        _ = try await ExecPlugin.stand(in: script.path).run(for: configuration, limits: ExecLimits())
                        return nil
                    } catch {
                        return error
                    }
                }
                await Polling.wait { script.runs != 0 }
                group.cancelAll()
                let error = await group.next() ?? nil
                #expect(error is CancellationError, "\(String(describing: error))")
            }
        }
    }
}
