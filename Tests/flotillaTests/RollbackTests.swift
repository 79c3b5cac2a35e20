import FakeKubernetes
import Manifests
import TestSupport
import Testing

@Suite("A run that fails", .timeLimit(.minutes(5)))
struct RollbackTests {
    /// Runs a body when the second version cannot start, with the names of the clusters' objects before.
    private func withBadVersion(_ body: (RunFixture, [[String]]) async throws -> Void) async throws {
        try await RunFixture.with(["eu", "us"]) { fixture in
            try fixture.change("web.yaml", ":2.0.0", ":2.0.0-bad")
            try await body(fixture, ["eu", "us"].map(fixture.names))
        }
    }

    private func report(_ outcome: Binary.Outcome) throws -> Value {
        try Value(json: Array(outcome.output.utf8))
    }

    @Test("is rolled back: its canaries are gone and the primary is as it was; the outcome is failed all the same")
    func rolledBack() async throws {
        try await withBadVersion { fixture, before in
            let outcome = try await fixture.run(fixture.running, on: ["eu", "us"])
            #expect(outcome.code == 1, "\(outcome)")
            #expect(!outcome.errors.contains("cannot be rolled back"))
            let report = try report(outcome)
            #expect(report["outcome"] == "failed")
            #expect(report[path: "rollback", "stage"] == "K8S_ROLLBACK")
            #expect(report[path: "rollback", "outcome"] == "succeeded")
            #expect(report[path: "rollback", "targets"]?.array?.map { $0["outcome"] } == ["succeeded", "succeeded"])
            #expect(["eu", "us"].map(fixture.names) == before)
            #expect(try fixture.lastEvents().last == "runFinished")
        }
    }

    @Test("and is killed while it is rolled back goes on with that, where it is not done")
    func killed() async throws {
        try await withBadVersion { fixture, before in
            let point = ResumeTests.Point(stage: 5, verb: .delete, resource: "deployments", name: "web-canary")
            #expect(try await fixture.kill(at: point, fixture.running).code == -1)
            fixture["eu"].clearRequests()
            let resumed = try await fixture.run(["--resume"] + fixture.running, on: ["eu", "us"])
            #expect(resumed.code == 1, "\(resumed)")
            let report = try report(resumed)
            #expect(report["outcome"] == "failed")
            #expect(report[path: "rollback", "outcome"] == "succeeded")
            #expect(report[path: "rollback", "targets"]?.array?.count == 2)
            #expect(fixture.writes("eu").isEmpty)
            #expect(["eu", "us"].map(fixture.names) == before)
        }
    }

    @Test("says which clusters are restored and which are not")
    func partial() async throws {
        try await withBadVersion { fixture, _ in
            let refusal = Fault(.status(code: 403, reason: "Forbidden", message: "no"), verbs: [.delete])
            fixture["eu"].inject(refusal)
            let arguments = fixture.arguments(fixture.running + ["-o", "text"], on: ["eu", "us"])
            let outcome = try await Binary.run(arguments, state: fixture.stateDirectory)
            #expect(outcome.code == 1)
            #expect(outcome.output.contains("K8S_ROLLBACK: partial"), "\(outcome.output)")
            #expect(outcome.output.hasSuffix("not restored: eu; restored: us\n"), "\(outcome.output)")
        }
    }

    @Test("says before and after why it is not rolled back")
    func notPossible() async throws {
        try await withBadVersion { fixture, _ in
            let why = "the running version \"c0ffee1\""
            let arguments = fixture.arguments(["-o", "text"], on: ["eu", "us"])
            let outcome = try await Binary.run(arguments, state: fixture.stateDirectory)
            #expect(outcome.code == 1)
            let first = outcome.errors.split(separator: "\n").first
            #expect(first?.hasPrefix("warning: a failure cannot be rolled back: \(why)") == true, "\(outcome)")
            #expect(outcome.output.contains("\nnot rolled back: \(why)"), "\(outcome.output)")
            #expect(fixture.names("eu").contains("web-canary"))
        }
    }

    @Test("is left as it is when the application file says so")
    func notWanted() async throws {
        try await withBadVersion { fixture, _ in
            try fixture.change("app.pipecd.yaml", "spec:\n", "spec:\n  planner: {autoRollback: false}\n")
            let outcome = try await fixture.run(on: ["eu", "us"])
            #expect(outcome.code == 1)
            #expect(try report(outcome)["rollback"] == nil)
            #expect(!outcome.errors.contains("rolled back"))
            #expect(fixture.names("eu").contains("web-canary"))
        }
    }
}
