import FakeKubernetes
import Manifests
import Subprocess
import TestSupport
import Testing

@Suite("flotilla why", .timeLimit(.minutes(5)))
struct WhyCommandTests {
    @Test("tells what a run waits for while it is under way, and does not disturb it")
    func underWay() async throws {
        try await RunFixture.with(["eu", "us"]) { fixture in
            try fixture.change(
                "cart.yaml",
                "        app: cart\n        pipecd",
                "        app: cart\n        never: ready\n        pipecd"
            )
            try fixture.change(
                "cart.yaml",
                "    metadata:\n      labels:",
                "    metadata:\n      annotations: {fake.flotilla.dev/pods: never-ready}\n      labels:"
            )
            let outcome = try await fixture.run(on: ["eu", "us"]) { process in
                try await Polling.wait { try fixture.lastEvents().count { $0 == "waiting" } >= 2 }
                let why = try await Binary.run(
                    fixture.command("why", on: ["eu", "us"]),
                    state: fixture.stateDirectory
                )
                #expect(why.code == 0, "\(why)")
                #expect(why.output.contains("of shop: under way since"))
                #expect(why.output.contains("stage 1 of 5, K8S_CANARY_ROLLOUT: waits for Deployment/shop/cart-canary"))
                #expect(why.output.contains("gives up at") && why.output.contains("then the run "))
                try process.send(signal: .kill)
            }
            #expect(outcome.code == -1)
            let later = try await Binary.run(
                fixture.command("why", ["-o", "json"], on: []),
                state: fixture.stateDirectory
            )
            let report = try Value(json: Array(later.output.utf8))
            #expect(report[path: "run", "state"] == "interrupted")
            #expect(report["waits"] == [] && report["unhealthy"] == nil)
        }
    }

    @Test("tells how the last run ended, and that all is well now")
    func over() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            let none = try await Binary.run(fixture.command("why", on: ["eu"]), state: fixture.stateDirectory)
            #expect(none.code == 0, "\(none)")
            #expect(none.output.hasPrefix("no run of shop is under way, and none is recorded here\n"))
            #expect(try await fixture.run(on: ["eu"]).code == 0)
            let outcome = try await Binary.run(fixture.command("why", on: ["eu"]), state: fixture.stateDirectory)
            #expect(outcome.output.contains("succeeded at") && outcome.output.hasSuffix("eu: everything is healthy\n"))
        }
    }

    @Test("takes no run on other clusters for one of these")
    func otherClusters() async throws {
        try await RunFixture.with(["eu", "us"]) { fixture in
            #expect(try await fixture.run(on: ["eu"]).code == 0)
            let outcome = try await Binary.run(fixture.command("why", on: ["us"]), state: fixture.stateDirectory)
            #expect(outcome.output.hasPrefix("no run of shop is under way, and none is recorded here\n"), "\(outcome)")
        }
    }

    @Test("reads a journal that is named, and only one of the application")
    func named() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            #expect(try await fixture.run(on: ["eu"]).code == 0)
            let path = try #require(try fixture.journals().last)
            let own = try await Binary.run(fixture.command("why", ["--journal", path], on: []))
            #expect(own.code == 0 && own.output.contains("succeeded at"), "\(own)")
            let other = try await Binary.run(
                fixture.command("why", ["--journal", path, "--application-id", "other"], on: [])
            )
            #expect(other.code == 1)
            #expect(other.errors.contains("it is of application \"shop\", not of \"other\""), "\(other.errors)")
            let none = try await Binary.run(fixture.command("why", ["--journal", "/nowhere"], on: []))
            #expect(none.code == 1 && none.errors.contains("journal /nowhere: no such file or directory"))
        }
    }
}
