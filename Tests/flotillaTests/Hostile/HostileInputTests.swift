import Glibc
import TestSupport
import Testing

@Suite("A hostile file beside the application", .serialized, .timeLimit(.minutes(5)))
struct HostileInputTests {
    /// What stands in a file, and what is said of it; `FILE` stands for its path.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let content: HostileContent
        let problem: String

        init(_ what: String, _ content: HostileContent, _ problem: String) {
            (testDescription, self.content, self.problem) = (what, content, problem)
        }
    }

    private static let deep = "more than 200 levels of nesting; simplify or split the file"
    private static let laughs: HostileContent = {
        let ten = { (item: String) in Array(repeating: item, count: 10).joined(separator: ",") }
        return HostileContent(
            times: 1,
            (1...12).reduce("a0: &a0 [\(ten("x"))]\n") { $0 + "a\($1): &a\($1) [\(ten("*a\($1 - 1)"))]\n" }
        )
    }()

    @Test(
        "is refused as a list of targets in one line",
        arguments: [
            Case("laughs", laughs, "FILE:6:38: more than 1000000 nodes by alias; simplify or split the file"),
            Case("deep YAML", HostileContent(times: 100_000, "["), "FILE:1:201: \(deep)"),
            Case("deep JSON", HostileContent(times: 100_000, "{\"a\":"), "FILE:1:1001: \(deep)"),
            Case("zeros", HostileContent(times: 100_000, "\0"), "FILE:1:1: control characters are not allowed"),
            Case(
                "a line of 65 MiB",
                HostileContent(times: 65 << 20, "x"),
                "FILE: has more than 67108864 bytes; split the file"
            ),
            Case(
                "100,000 documents",
                HostileContent(times: 100_000, "---\n", "a\n---\nb\n"),
                "FILE: a targets file holds one document, found 2"
            ),
        ]
    )
    func targets(of input: Case) async throws {
        try await check(input, code: 1) { ["plan", $0, "--targets", $1] }
        try await check(input, code: 1) { ["validate", $0, "--targets", $1] }
    }

    @Test(
        "is refused as a kubeconfig in one line",
        arguments: [
            Case(
                "laughs",
                laughs,
                "kubeconfig \"FILE\": FILE:6:38: more than 1000000 nodes by alias; simplify or split the file"
            ),
            Case("deep YAML", HostileContent(times: 100_000, "- "), "kubeconfig \"FILE\": FILE:1:401: \(deep)"),
            Case("deep JSON", HostileContent(times: 100_000, "{\"a\":"), "kubeconfig \"FILE\": FILE:1:1001: \(deep)"),
            Case(
                "a program",
                HostileContent(bytes: [0x7F] + Array("ELF".utf8)),
                "kubeconfig \"FILE\": FILE:1:1: control characters are not allowed"
            ),
            Case(
                "a line of 17 MiB",
                HostileContent(times: 17 << 20, "x"),
                "kubeconfig \"FILE\": cannot be read: larger than 16 MiB"
            ),
            Case(
                "a context with a line feed",
                "contexts: [{name: \"a\\nb\"}, {name: \"a\\nb\"}]\n",
                "kubeconfig \"FILE\": \"a\\nb\" is there twice among the contexts; remove one"
            ),
        ]
    )
    func kubeconfig(of input: Case) async throws {
        try await check(input, code: 1) { ["plan", $0, "--kubeconfig", $1] }
    }

    @Test(
        "is refused as a journal in one line",
        arguments: [
            Case(
                "deep JSON",
                HostileContent(times: 100_000, "{\"a\":", "\n"),
                "journal FILE: line 1: it is no JSON; start a new run"
            ),
            Case(
                "a program",
                HostileContent(bytes: [0x7F] + Array("ELF\n".utf8)),
                "journal FILE: line 1: it is no JSON; start a new run"
            ),
            Case(
                "a line without end",
                HostileContent(times: 16 << 20, "x"),
                "journal FILE: its run never began; start a new run"
            ),
        ]
    )
    func journal(of input: Case) async throws {
        try await check(input, code: 1) { ["run", $0, "--kubeconfig", "none:x", "--resume", "--journal", $1] }
    }

    @Test("is no endless device as a journal")
    func device() async throws {
        try await withApplication { directory, temporary in
            let outcome = try await Binary.run(
                ["run", directory, "--kubeconfig", "none:x", "--resume", "--journal", "/dev/zero"],
                memory: 300,
                temporaryDirectory: temporary
            )
            #expect(outcome.code == 1)
            #expect(
                outcome.errors == "Error: journal /dev/zero: is no regular file; name another file with --journal\n"
            )
        }
    }

    @Test("is refused in one line when it stands in a ConfigMap that is patched")
    func patched() async throws {
        try await withApplication { directory, temporary in
            try TestFiles.write(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: a}
                data:
                  x: "\(String(repeating: "[", count: 100_000))"

                """,
                to: "\(directory)/a.yaml"
            )
            try TestFiles.write(
                """
                apiVersion: pipecd.dev/v1beta1
                kind: Application
                spec:
                  name: hostile
                  pipeline:
                    stages:
                      - name: K8S_CANARY_ROLLOUT
                        with:
                          patches:
                            - target: {kind: ConfigMap, name: a, documentRoot: $.data.x}
                              yamlOps: [{op: replace, path: $.a, value: b}]
                  plugins: {kubernetes_multicluster: {}}

                """,
                to: "\(directory)/app.pipecd.yaml"
            )
            let command = ["stage", "K8S_CANARY_ROLLOUT", directory, "--offline", "eu", "--dry-run"]
            let outcome = try await Binary.run(command, memory: 300, temporaryDirectory: temporary)
            #expect(outcome.code == 1)
            let lines = outcome.errors.split(separator: "\n")
            #expect(lines.count == 1 && lines[0].hasPrefix("Error: ") && lines[0].count < 500, "\(outcome)")
        }
    }

    private func check(_ input: Case, code: Int, _ command: (_ application: String, _ file: String) -> [String])
        async throws
    {
        try await withApplication { directory, temporary in
            let file = "\(temporary)/input"
            try input.content.write(to: file)
            let before = try (DirectoryListing(directory), DirectoryListing(temporary))
            let outcome = try await Binary.run(command(directory, file), memory: 300, temporaryDirectory: temporary)
            #expect(outcome.code == code)
            let lines = (outcome.output + outcome.errors).split(separator: "\n").filter { $0 != "1 problem" }
            let wanted = input.problem.split(separator: "FILE", omittingEmptySubsequences: false).joined(
                separator: file
            )
            #expect(lines.map { $0.hasPrefix("Error: ") ? $0.dropFirst(7) : $0 } == [wanted[...]])
            #expect(try DirectoryListing(directory) == before.0)
            #expect(try DirectoryListing(temporary) == before.1)
        }
    }

    private func withApplication(_ body: (_ directory: String, _ temporary: String) async throws -> Void) async throws {
        try await withTemporaryDirectory { root in
            try TestFiles.makeDirectory("\(root)/tmp")
            try TestFiles.write(HostileApplication.file(), to: "\(root)/app/app.pipecd.yaml")
            try TestFiles.write("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", to: "\(root)/app/a.yaml")
            try await body("\(root)/app", "\(root)/tmp")
        }
    }
}
