import Glibc
import Manifests
import TestSupport
import Testing

@testable import ManifestSources

@Suite("A run of a tool", .timeLimit(.minutes(5)))
struct ToolRunTests {
    /// Runs a script with a variable that tools need, and one that is none of their business.
    private func run(
        _ lines: String,
        _ arguments: [String] = ["build"],
        input: [UInt8] = [],
        limits: ToolLimits = .standard
    ) async throws -> ToolRun.Output {
        try await withTemporaryDirectory { directory in
            let script = try StandIn("kustomize", in: directory, lines)
            let environment = ["PATH": StandIn.systemPath, "HOME": directory, "VAULT_TOKEN": "s3cret"]
            let run = ToolRun(
                LocatedTool(tool: .kustomize, path: script.path),
                environment: environment,
                limits: limits
            )
            return try await run.run(arguments, in: directory, input: input)
        }
    }

    private func text(_ output: ToolRun.Output) -> String { String(decoding: output.bytes, as: UTF8.self) }

    @Test("takes its arguments as they are, for there is no shell, and can read what it is given")
    func arguments() async throws {
        let lines = "for a in \"$@\"; do echo \"<$a>\"; done; cat"
        let output = try await run(lines, ["a b", "$HOME", "*", "", ";id"], input: Array("input".utf8))
        #expect(text(output) == "<a b>\n<$HOME>\n<*>\n<>\n<;id>\ninput")
    }

    @Test("is made in the directory that is named")
    func directory() async throws {
        let output = try await run("test -f kustomize.runs && echo yes")
        #expect(text(output) == "yes\n")
    }

    @Test("gets no variable that it does not need")
    func environment() async throws {
        let output = try await run("env")
        #expect(text(output).contains("HOME=/"))
        #expect(!text(output).contains("s3cret"))
    }

    @Test(
        "ends in an error of one line that tells the last lines and the code",
        arguments: [
            ("echo one >&2; echo '  Error:  two ' >&2; exit 3", "one; Error: two (exit code 3)"),
            ("echo to stdout; exit 1", "failed and gave no reason (exit code 1)"),
            ("kill -9 $$", "failed and gave no reason (killed by signal 9)"),
            ("printf '\\033[31mred\\033[0m\\tand\\rmore\\n\\n' >&2; exit 1", "red and; more (exit code 1)"),
            ("printf '\\377' >&2; exit 1", "\u{fffd} (exit code 1)"),
        ]
    )
    func failure(lines: String, problem: String) async throws {
        let error = await #expect(throws: ManifestSourceError.self) { try await run(lines) }
        #expect(error?.problems == ["kustomize build: \(problem)"])
    }

    @Test(
        "that complains at length ends in a short error, which has the end of the complaint",
        arguments: [
            ("i=0; while [ $i -lt 200 ]; do echo line $i >&2; i=$((i + 1)); done; exit 1", "line 199 (exit code 1)"),
            ("head -c 3000 /dev/zero | tr '\\0' x >&2; echo end >&2; exit 1", "end (exit code 1)"),
        ]
    )
    func longComplaint(lines: String, end: String) async throws {
        let error = await #expect(throws: ManifestSourceError.self) { try await run(lines) }
        let problem = try #require(error?.problems.first)
        #expect(error?.problems.count == 1 && problem.count < 550 && problem.count > 200)
        #expect(problem.hasSuffix(end) && !problem.contains("line 0;"))
    }

    @Test("that succeeds and complains keeps the last of its complaints, however many there are")
    func warnings() async throws {
        var limits = ToolLimits.standard
        limits.complaint = 1000
        let output = try await run(
            "head -c 1000000 /dev/zero | tr '\\0' x >&2; echo; echo w >&2; echo ok",
            limits: limits
        )
        #expect(text(output) == "\nok\n")
        #expect(output.complaints.count == 1)
        #expect(output.complaints.first?.count == 999)
    }

    @Test("may print as much as the limit says and is killed with one byte more", arguments: [0, 1])
    func limit(more: Int) async throws {
        var limits = ToolLimits.standard
        limits.output = 100_000
        let lines = "head -c \(100_000 + more) /dev/zero" + (more == 0 ? "" : "; exec sleep 1000")
        guard more > 0 else {
            #expect(try await run(lines, limits: limits).bytes.count == 100_000)
            return
        }
        let error = await #expect(throws: ManifestSourceError.self) { try await run(lines, limits: limits) }
        #expect(error?.problems == ["kustomize build: printed more than 100000 bytes and was killed"])
    }

    @Test("does not go on for ever")
    func late() async throws {
        var limits = ToolLimits.standard
        limits.time = .milliseconds(50)
        let error = await #expect(throws: ManifestSourceError.self) { try await run("exec sleep 1000", limits: limits) }
        #expect(error?.problems == ["kustomize build: did not end within 0 s and was killed"])
    }

    @Test("that nobody waits for any more is killed with all that it started, also what ignores a polite end")
    func cancelled() async throws {
        try await withTemporaryDirectory { directory in
            let lines = """
                sh -c 'trap "" TERM HUP; echo $$ > "$0/child.new"; mv "$0/child.new" "$0/child"; while :; do sleep 1; done' "$HOME" &
                wait
                """
            let script = try StandIn("kustomize", in: directory, lines)
            let environment = ["PATH": StandIn.systemPath, "HOME": directory]
            let run = ToolRun(LocatedTool(tool: .kustomize, path: script.path), environment: environment)
            let error = await withTaskGroup(of: ManifestSourceError?.self) { group in
                group.addTask {
                    do throws(ManifestSourceError) {
                        _ = try await run.run(["build"], in: directory)
                        return nil
                    } catch {
                        return error
                    }
                }
                await Polling.wait { access("\(directory)/child", F_OK) == 0 }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error?.isCancelled == true)
            let child = try TestFiles.text("\(directory)/child").split(separator: "\n")[0]
            await Polling.wait { !isRunning(child) }
        }
    }

    /// Whether a process is there, and is no mere entry in the table of processes.
    private func isRunning(_ process: Substring) -> Bool {
        guard let text = try? TestFiles.text("/proc/\(process)/stat") else { return false }
        return text.split(separator: ")").last?.split(separator: " ").first.map { !["Z", "X"].contains($0) } ?? false
    }

    @Test("that closes its input unread does no harm")
    func unread() async throws {
        let input = [UInt8](repeating: 0x78, count: 4 << 20)
        #expect(text(try await run("exec 0<&-; echo ok", input: input)) == "ok\n")
    }

    @Test("ends when the tool ends, also if something that it started goes on and keeps its output open")
    func grandchild() async throws {
        #expect(text(try await run("sleep 1000 & echo $!; exit 0")).isEmpty == false)
    }

    @Test("that cannot begin says why")
    func missing() async throws {
        let run = ToolRun(LocatedTool(tool: .helm, path: "/nowhere/helm"), environment: [:])
        let error = await #expect(throws: ManifestSourceError.self) { try await run.output(["template"], in: "/") }
        #expect(
            error?.problems.first?.hasPrefix("helm template: cannot run /nowhere/helm: ") == true,
            "\(error as Any)"
        )
    }
}

@Suite("The environment of tools")
struct ToolEnvironmentTests {
    @Test(
        "has what they need",
        arguments: [
            "PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "https_proxy", "NO_PROXY", "SSL_CERT_FILE", "XDG_CACHE_HOME",
            "HELM_CACHE_HOME", "GIT_SSH_COMMAND", "SSH_AUTH_SOCK", "DOCKER_CONFIG", "GIT_CONFIG_COUNT",
            "GIT_CONFIG_VALUE_0",
        ]
    )
    func kept(name: String) {
        #expect(ToolEnvironment.clean([name: "x"]) == [name: "x"])
    }

    @Test(
        "has nothing else",
        arguments: [
            "KUBECONFIG", "HELM_NAMESPACE", "HELM_REPO_PASSWORD", "HELM_DRIVER_SQL_CONNECTION_STRING", "HELM_DEBUG",
            "HELM_KUBECAFILE",
            "GIT_CONFIG_PARAMETERS", "KUSTOMIZE_ENABLE_ALPHA_COMMANDS", "XDG_SESSION_ID", "AWS_SECRET_ACCESS_KEY",
            "VAULT_TOKEN", "LD_PRELOAD", "GITHUB_TOKEN", "GIT_DIR",
            "KUSTOMIZE_PLUGIN_HOME", "HELM_KUBETOKEN", "KUBERNETES_SERVICE_HOST", "PATHS",
        ]
    )
    func left(name: String) {
        #expect(ToolEnvironment.clean([name: "x"]).isEmpty)
    }

    @Test("has no cluster, and no namespace of the user's")
    func fixed() {
        let environment = ToolEnvironment.of(["KUBECONFIG": "/home/me/config", "HELM_NAMESPACE": "jane", "HOME": "/me"])
        let fixed = [
            "KUBECONFIG": "/dev/null", "HELM_NAMESPACE": "default", "GIT_ALLOW_PROTOCOL": "https:ssh:git",
            "GIT_TERMINAL_PROMPT": "0",
        ]
        #expect(environment == fixed.merging(["HOME": "/me"]) { $1 })
    }
}
