import FakeKubernetes
import Manifests
import Subprocess
import TestSupport
import Testing

@Suite("A second run of the same application", .timeLimit(.minutes(5)))
struct SecondRunTests {
    private let stall = Fault(.stall, verbs: [.patch], resource: "deployments", name: "web-canary")

    @Test("is refused with one line, writes nothing and leaves no journal; so is a single stage")
    func refused() async throws {
        try await RunFixture.with(["eu", "us"]) { fixture in
            fixture["us"].inject(stall)
            _ = try await fixture.run(on: ["eu", "us"]) { process in
                try await fixture.waitForEnd(of: "eu", stage: 0)
                await fixture.waitForCanary(on: "us")
                let before = fixture.writes("eu")
                let second = try await fixture.run(on: ["eu"])
                #expect(second.code == 1)
                #expect(second.output.isEmpty)
                let line = try #require(second.errors.split(separator: "\n").last)
                #expect(line.contains("eu: application \"shop\" is being deployed by "), "\(second.errors)")
                #expect(try fixture.journals().count == 1)

                let stage = try await Binary.run(fixture.stage("K8S_CANARY_CLEAN", on: ["us", "eu"]))
                #expect(stage.code == 1)
                #expect(stage.errors.contains("us, eu: application \"shop\" is being deployed by "), "\(stage)")
                #expect(fixture.writes("eu") == before)
                try process.send(signal: .kill)
            }
            #expect(fixture.leases == [true, true])
        }
    }

    @Test("goes on when the first one was another application's, or is over")
    func allowed() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            fixture["eu"].inject(stall)
            _ = try await fixture.run(on: ["eu"]) { process in
                await fixture.waitForCanary(on: "eu")
                let other = try await Binary.run(fixture.stage("K8S_CANARY_CLEAN", id: "other", on: ["eu"]))
                #expect(other.code == 0, "\(other)")
                try process.send(signal: .kill)
            }
            fixture["eu"].clearFaults()
            let new = try await fixture.run(on: ["eu"])
            #expect(new.code == 1)
            #expect(new.errors.contains("was not finished; --resume goes on with it"), "\(new)")
            let resumed = try await fixture.run("--resume", on: ["eu"])
            #expect(resumed.code == 0, "\(resumed)")
            #expect(fixture.leases == [false])
            let last = try await fixture.run(on: ["eu"])
            #expect(last.code == 0)
            #expect(!last.errors.contains("was not finished"))
            #expect(fixture.leases == [false])
        }
    }

    @Test("is no matter of a dry run: it asks for no lease")
    func dryRun() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            for mode in ["--dry-run", "--dry-run=server"] {
                let outcome = try await Binary.run(fixture.stage("K8S_CANARY_ROLLOUT", on: ["eu"]) + [mode])
                #expect(outcome.code == 0, "\(outcome)")
            }
            #expect(fixture["eu"].requests.allSatisfy { !$0.path.contains("/leases") })
        }
    }
}
