import Manifests
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("flotilla health", .timeLimit(.minutes(5)))
struct HealthTests {
    private static let sample = "testdata/health/objects.yaml"

    /// Runs it with a text on its standard input.
    private func health(_ arguments: String..., input: String) async throws -> Binary.Outcome {
        let result = try await Subprocess.run(
            .path(FilePath(BuiltCommand.path)),
            arguments: Arguments(["health"] + arguments),
            input: .string(input),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        return Binary.Outcome(result.terminationStatus, result.standardOutput, result.standardError)
    }

    @Test("shows every object of a file, aligned, and names the pod that holds a workload up", .tags(.golden))
    func text() async throws {
        let outcome = try await Binary.run("health", Self.sample)
        #expect(outcome.code == 0)
        #expect(outcome.errors.isEmpty)
        try expectGolden(outcome.output, "health/expected.txt")
    }

    @Test("reads the standard input like a file, and several files one after another")
    func input() async throws {
        let text = try TestFiles.text(PackageRoot.path(Self.sample))
        let file = try await Binary.run("health", Self.sample)
        #expect(try await health("-", input: text).output == file.output)
        let both = try await Binary.run("health", Self.sample, Self.sample, "-o", "json")
        #expect(try Value(json: Array(both.output.utf8)).array?.count == 12)
    }

    @Test("has a stable form for programs, in which no Secret's value is")
    func machine() async throws {
        let json = try await Binary.run("health", Self.sample, "-o", "json")
        let yaml = try await Binary.run("health", Self.sample, "-o", "yaml")
        let rows = try Value(json: Array(json.output.utf8))
        #expect(try YAML.documents(in: Array(yaml.output.utf8), file: "output").map(\.value) == [rows])
        #expect(
            rows.array?.map { $0["health"]?.string }
                == ["degraded", "healthy", "degraded", "degraded", "suspended", "healthy"]
        )
        #expect(
            rows.array?[4] == [
                "resource": "batch:Job:shop:migrate", "health": "suspended", "reason": "Job is suspended",
            ]
        )
        #expect(!json.output.contains("hunter2") && !json.output.contains("aHVudGVyMg"))
    }

    @Test(
        "exits with 2 on demand when an object is not as it should be",
        arguments: [
            ("kind: Pod\napiVersion: v1\nmetadata: {name: a}\nstatus: {phase: Failed}", 2),
            ("kind: Pod\napiVersion: v1\nmetadata: {name: a}\nstatus: {phase: Pending}", 2),
            ("kind: Widget\napiVersion: x.io/v1\nmetadata: {name: a}\nstatus: {state: NotFound}", 2),
            ("kind: Widget\napiVersion: x.io/v1\nmetadata: {name: a}\nstatus: {odd: 1}", 0),
            ("kind: Job\napiVersion: batch/v1\nmetadata: {name: a}\nspec: {suspend: true}", 0),
            ("kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}", 0),
        ]
    )
    func exitCode(text: String, code: Int) async throws {
        #expect(try await health("-", input: text).code == 0)
        #expect(try await health("--exit-code", "-", input: text).code == code)
    }

    @Test("takes no objects for good health only where nobody asks for an exit code")
    func nothing() async throws {
        let text = "kind: List\napiVersion: v1\nitems: []"
        let plain = try await health("-", input: text)
        #expect(plain.code == 0)
        #expect(plain.output == "no objects\n")
        let asked = try await health("--exit-code", "-", input: text)
        #expect(asked.code == 1)
        #expect(asked.errors == "Error: there are no objects whose health could be told\n")
    }

    @Test(
        "exits with 1 and one line when the input is bad",
        arguments: [
            ("", "Error: standard input: is empty"), (" \n\n", "Error: standard input: is empty"),
            ("a: [", "Error: standard input:2:1: did not find"),
            ("kind: Pod\nkind: Pod", "Error: standard input:2:1: key \"kind\""),
            ("- 1", "Error: standard input:1:1: a manifest must be a mapping, found a list"),
            ("kind: Pod\nmetadata: {}", "Error: standard input:2:1: metadata.name must be"),
            (
                "kind: Pod\napiVersion: a/b/c\nmetadata: {name: a}",
                "Error: standard input:2:1: Pod/a: apiVersion must be VERSION or GROUP/VERSION"
            ),
            (String(repeating: "[", count: 300), "Error: standard input:1:"),
            ("\u{0}", "Error: standard input: is empty"),
        ]
    )
    func badInput(text: String, line: String) async throws {
        let outcome = try await health("-", input: text)
        #expect(outcome.code == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix(line) && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test("survives values of any type, and never breaks a line or colours a pipe")
    func hostile() async throws {
        let kinds = ["v1 Pod", "v1 Node", "apps/v1 Deployment", "apps/v1 DaemonSet", "batch/v1 Job", "x.io/v1 Widget"]
        let bodies = [
            "status: 3\nspec: [1]", "status: {conditions: {a: 1}, phase: [], replicas: x}",
            "status: {phase: Failed, message: \"a\\nb\\u001b[31mc\", conditions: [{type: Ready, status: 'False', message: \"x\\ny\"}]}",
            "status: {containerStatuses: [1, {state: {waiting: {reason: ErrX, message: \"\\n\\u001b[2J\"}}}]}",
        ]
        let documents = kinds.flatMap { kind in
            bodies.map { body in
                let words = kind.split(separator: " ")
                return "apiVersion: \(words[0])\nkind: \(words[1])\nmetadata: {name: \"a\\u001b[31m\"}\n\(body)\n"
            }
        }
        let outcome = try await health("-", input: documents.joined(separator: "---\n"))
        #expect(outcome.code == 0)
        #expect(outcome.output.split(separator: "\n").count == documents.count + 1)
        #expect(!outcome.output.contains("\u{1B}"))
    }

    @Test("says what to do on wrong use")
    func usage() async throws {
        let nothing = try await Binary.run("health")
        #expect(nothing.code == 64)
        #expect(nothing.errors.contains("Missing expected argument"))
        let missing = try await Binary.run("health", "nothing.yaml")
        #expect(missing.code == 1)
        #expect(missing.errors == "Error: nothing.yaml: no such file or directory\n")
        let help = try await Binary.run("health", "--help")
        #expect(help.output.contains("kubectl get deploy,rs,pods -o yaml | flotilla health --exit-code -"))
    }
}
