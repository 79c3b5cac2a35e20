import FakeKubernetes
import Manifests
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("The journal of a run", .timeLimit(.minutes(5)))
struct JournalTests {
    @Test("tells everything that was done, when, and how much traffic went where")
    func content() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            let outcome = try await fixture.run(on: ["eu"])
            let path = try #require(try fixture.journals().last)
            let report = try Value(json: Array(outcome.output.utf8))
            #expect(report["journal"]?.string == path)
            let records = try TestFiles.text(path).split(separator: "\n").map { try Value(json: Array($0.utf8)) }
            #expect(records.first?["run"] == report["run"])
            #expect(records.first?["stages"]?.array?.count == 5)
            #expect(records.allSatisfy { $0["time"]?.string?.hasSuffix("Z") == true })

            let told = records.filter { $0["event"] == "objectChanged" }
                .map { "\($0["change"]?.string ?? "") \($0["resource"]?.string ?? "")" }
            let reported = report["targets"]?.array?.first?["changes"]?.array?
                .map { "\($0["change"]?.string ?? "") \($0["resource"]?.string ?? "")" }
            #expect(told.sorted() == reported?.sorted())

            let weights = records.filter { $0["event"] == "trafficRouted" }.map { $0["weights"] }
            #expect(
                weights == [
                    ["baseline": 0, "canary": 10, "primary": 90], ["baseline": 0, "canary": 0, "primary": 100],
                ]
            )
        }
    }

    @Test("tells what was waited for, and where a rollback leaves the traffic")
    func rollback() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            try fixture.change("cart.yaml", "cart:1.0.0", "cart:2.0.0-bad")
            let outcome = try await fixture.run(fixture.running, on: ["eu"])
            #expect(outcome.code == 1, "\(outcome)")
            let path = try #require(try fixture.journals().last)
            let records = try TestFiles.text(path).split(separator: "\n").map { try Value(json: Array($0.utf8)) }
            #expect(records.first?["rollback"] == true)
            let waits = records.filter { $0["event"] == "waiting" && $0["stage"] == 0 }
            #expect(waits.last?["resource"] == "apps:Deployment:shop:cart-canary")
            #expect(waits.last?["reason"]?.string?.contains("ImagePullBackOff") == true)
            #expect(records.contains { $0["event"] == "waitStarted" && $0["until"]?.string?.hasSuffix("Z") == true })
            let routed = records.filter { $0["event"] == "trafficRouted" }
            #expect(routed.map { $0["stage"] } == [5])
            #expect(routed.first?["weights"] == ["primary": 100, "canary": 0, "baseline": 0])
        }
    }

    @Test("holds no value of a Secret")
    func secrets() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            try fixture.change("cart.yaml", "apiVersion: apps/v1", Self.secret + "---\napiVersion: apps/v1")
            #expect(try await fixture.run(on: ["eu"]).code == 0)
            let text = try TestFiles.text(try #require(try fixture.journals().last))
            #expect(text.contains("Secret"))
            #expect(!text.contains("aHVzaCBodXNo") && !text.contains("hush hush"))
        }
    }

    private static let secret = """
        apiVersion: v1
        kind: Secret
        metadata: {name: hushed}
        data: {a: aHVzaCBodXNo}
        stringData: {b: hush hush}

        """

    @Test(
        "that cannot be written keeps the run from starting",
        arguments: [
            ("/nowhere/at/all", "no such file or directory; name another file with --journal"),
            ("/dev/null", "it is there already"),
        ]
    )
    func notWritable(path: String, words: String) async throws {
        try await RunFixture.with(["eu"]) { fixture in
            let outcome = try await fixture.run("--journal", path, on: ["eu"])
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("journal \(path): \(words)"), "\(outcome.errors)")
            #expect(fixture["eu"].requests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test("that cannot be written any more is a warning, holds whole lines, and the run goes on")
    func full() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            let path = "\(fixture.stateDirectory)-journal"
            let script = "trap '' XFSZ; ulimit -f 2; exec \"$@\""
            let arguments = fixture.arguments(["--journal", path], on: ["eu"])
            let result = try await Subprocess.run(
                .name("bash"),
                arguments: Arguments(["-c", script, "bash", BuiltCommand.path] + arguments),
                output: .string(limit: 16 << 20),
                error: .string(limit: 1 << 20)
            )
            #expect(result.terminationStatus == .exited(0), "\(result.standardError)")
            let warnings = result.standardError.split(separator: "\n").filter { $0.hasPrefix("warning: journal") }
            #expect(warnings.count == 1, "\(result.standardError)")
            let text = try TestFiles.text(path)
            #expect(text.hasSuffix("\n"))
            #expect(text.utf8.count > 1000)
            for line in text.split(separator: "\n") {
                #expect(throws: Never.self) { try Value(json: Array(line.utf8)) }
            }
        }
    }

    @Test("can be anywhere, and a run goes on from there")
    func elsewhere() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            let path = "\(fixture.stateDirectory)-journal"
            fixture["eu"].inject(Fault(.stall, verbs: [.patch], resource: "deployments", name: "web-canary"))
            let killed = try await Binary.run(fixture.arguments(["--journal", path], on: ["eu"])) { process in
                await fixture.waitForCanary(on: "eu")
                try process.send(signal: .kill)
            }
            #expect(killed.code == -1)
            fixture["eu"].clearFaults()
            #expect(try await fixture.run("--resume", on: ["eu"]).errors.contains("no run of application \"shop\""))
            let resumed = try await fixture.run("--resume", "--journal", path, on: ["eu"])
            #expect(resumed.code == 0, "\(resumed)")
            #expect(try fixture.journals().isEmpty)
        }
    }
}
