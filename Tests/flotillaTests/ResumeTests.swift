import FakeKubernetes
import Manifests
import Subprocess
import TestSupport
import Testing

@Suite("A run that goes on", .timeLimit(.minutes(5)))
struct ResumeTests {
    /// The request that keeps the second cluster from finishing a stage, and the stage's number.
    struct Point: Sendable, CustomTestStringConvertible {
        let stage: Int
        let verb: Fault.Verb
        let resource: String
        let name: String

        var testDescription: String { "\(verb.rawValue) \(resource)/\(name)" }

        static let all = [
            Point(stage: 0, verb: .patch, resource: "deployments", name: "web-canary"),
            Point(stage: 1, verb: .patch, resource: "virtualservices", name: "web"),
            Point(stage: 2, verb: .patch, resource: "deployments", name: "web"),
            Point(stage: 4, verb: .delete, resource: "configmaps", name: "web-settings-canary"),
        ]
    }

    @Test(
        "after kill -9 comes to the end that an undisturbed one comes to, and does nothing twice",
        arguments: Point.all
    )
    func killed(point: Point) async throws {
        try await RunFixture.with(["eu", "us", "calm"]) { fixture in
            let calm = try await fixture.run(on: ["calm"])
            #expect(calm.code == 0, "\(calm)")

            let killed = try await fixture.kill(at: point)
            #expect(killed.code == -1)
            let resumed = try await fixture.run("--resume", on: ["eu", "us"])
            #expect(resumed.code == 0, "\(resumed)")
            #expect(try fixture.journals().count == 2)

            let report = try Value(json: Array(resumed.output.utf8))
            #expect(report["stages"]?.array?.map { $0["outcome"] } == Array(repeating: "succeeded", count: 5))
            let targets = report["stages"]?.array?.map { $0["targets"]?.array?.compactMap { $0["name"]?.string } }
            #expect(targets == Array(repeating: ["eu", "us"], count: 5))

            #expect(fixture.state("eu") == fixture.state("calm"))
            #expect(fixture.state("us") == fixture.state("calm"))
            #expect(fixture.writes("eu") == fixture.writes("calm"))
        }
    }

    @Test("after Ctrl-C does what was left")
    func interrupted() async throws {
        try await RunFixture.with(["eu", "us", "calm"]) { fixture in
            #expect(try await fixture.run(on: ["calm"]).code == 0)
            // The second stage is being planned for: it looks for ready pods.
            fixture["us"].inject(Fault(.stall, verbs: [.get], resource: "deployments", name: "web"))
            let stopped = try await fixture.run(on: ["eu", "us"]) { process in
                try await fixture.waitForEnd(of: "us", stage: 0)
                await fixture["us"].wait { seen in
                    seen.requests.contains { $0.method == "GET" && $0.path.hasSuffix("deployments/web") }
                }
                try process.send(signal: .interrupt)
            }
            fixture["us"].clearFaults()
            #expect(stopped.code == 1, "\(stopped)")
            #expect(stopped.errors.contains("can go on with --resume"), "\(stopped.errors)")
            #expect(try fixture.lastEvents().last == "runInterrupted")
            #expect(fixture.leases == [false, false, false])

            let resumed = try await fixture.run("--resume", on: ["eu", "us"])
            #expect(resumed.code == 0, "\(resumed)")
            #expect(fixture.state("eu") == fixture.state("calm"))
            #expect(fixture.state("us") == fixture.state("calm"))
            #expect(fixture.writes("eu") == fixture.writes("calm"))
            #expect(fixture.writes("us") == fixture.writes("calm"))
            #expect(try fixture.lastEvents().contains("runResumed"))
            #expect(try fixture.lastEvents().last == "runFinished")
        }
    }

    @Test("with a last line that was cut")
    func cut() async throws {
        try await RunFixture.with(["eu", "us"]) { fixture in
            _ = try await fixture.kill(at: Point.all[1])
            let path = try #require(try fixture.journals().last)
            try TestFiles.write(try TestFiles.text(path) + #"{"time":"2030-01-"#, to: path)
            let resumed = try await fixture.run("--resume", on: ["eu", "us"])
            #expect(resumed.code == 0, "\(resumed)")
            for line in try TestFiles.text(path).split(separator: "\n") {
                #expect(throws: Never.self) { try Value(json: Array(line.utf8)) }
            }
        }
    }

    @Test("is refused with one line, and touches nothing, when something else is to be deployed or run")
    func differs() async throws {
        try await RunFixture.with(["eu", "us"]) { fixture in
            _ = try await fixture.kill(at: Point.all[0])
            for cluster in fixture.clusters { cluster.clearRequests() }
            func refusal(_ arguments: String..., on names: [String] = ["eu", "us"]) async throws -> String {
                let outcome = try await fixture.run(["--resume"] + arguments, on: names)
                #expect(outcome.code == 1)
                #expect(outcome.output.isEmpty)
                #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
                #expect(outcome.errors.contains("start a new run"))
                return outcome.errors
            }
            #expect(try await refusal(on: ["eu"]).contains("its targets were eu, us"))
            #expect(try await refusal("--commit", "c0ffee3").contains("commit c0ffee2, not c0ffee3"))
            #expect(try await refusal("--application-id", "cart").contains("no run of application \"cart\""))
            try fixture.change("web.yaml", "replicas: 5", "replicas: 6")
            #expect(try await refusal().contains("the manifests are not what they were"))
            try fixture.change("web.yaml", "replicas: 6", "replicas: 5")
            try fixture.change("app.pipecd.yaml", "      - name: K8S_CANARY_CLEAN\n", "")
            #expect(try await refusal().contains("its stages were K8S_CANARY_ROLLOUT, "))
            try fixture.change("app.pipecd.yaml", "  plugins:", "      - name: K8S_CANARY_CLEAN\n  plugins:")
            try fixture.redirect("eu", to: "us")
            let servers = "its target eu was \(fixture["eu"].server), not \(fixture["us"].server)"
            #expect(try await refusal().contains(servers))
            #expect(fixture.clusters.allSatisfy { $0.requests.isEmpty })
        }
    }

    @Test("is refused when another commit was deployed meanwhile, and does not take that back")
    func deployedMeanwhile() async throws {
        try await RunFixture.with(["eu", "us"]) { fixture in
            _ = try await fixture.kill(at: Point.all[0])
            fixture.expireLeases()
            let other = try await Binary.run(fixture.stage("K8S_PRIMARY_ROLLOUT", commit: "d00d", on: ["eu", "us"]))
            #expect(other.code == 0, "\(other)")
            for cluster in fixture.clusters { cluster.clearRequests() }
            let resumed = try await fixture.run("--resume", on: ["eu", "us"])
            #expect(resumed.code == 1)
            #expect(resumed.errors.contains("commit d00d was deployed on eu, us since it began"), "\(resumed.errors)")
            #expect(fixture.writes("eu").isEmpty && fixture.writes("us").isEmpty)
        }
    }

    @Test("is refused when it is over, and when it is still going on")
    func overOrGoingOn() async throws {
        try await RunFixture.with(["eu", "us"]) { fixture in
            let outcome = try await fixture.run(on: ["eu", "us"]) { _ in
                try await fixture.waitForEnd(of: "eu", stage: 0)
                let second = try await fixture.run("--resume", on: ["eu", "us"])
                // The first may have come to its end meanwhile, on a machine that is slow enough.
                #expect(second.code == 1)
                #expect(second.errors.contains("is still going on") || second.errors.contains("is over"))
            }
            #expect(outcome.code == 0, "\(outcome)")
            let again = try await fixture.run("--resume", on: ["eu", "us"])
            #expect(again.code == 1)
            #expect(again.errors.contains("is over (succeeded); start a new run"), "\(again.errors)")
        }
    }

    @Test("is the same when it is a first deployment, of which the live objects are by then")
    func firstDeployment() async throws {
        try await withTemporaryDirectory { directory in
            try await withFakeCluster("eu") { cluster in
                try TestFiles.write(cluster.kubeconfigText(), to: "\(directory)/eu")
                let application = "apiVersion: pipecd.dev/v1beta1\nkind: Application\nspec: {name: shop}\n"
                try TestFiles.write(application, to: "\(directory)/app/app.pipecd.yaml")
                let cart = try TestFiles.text(PackageRoot.path("manifests/shop/cart.yaml"))
                try TestFiles.write(cart, to: "\(directory)/app/cart.yaml")
                let author = ["-c", "user.name=a", "-c", "user.email=a@b.test"]
                for arguments in [["init", "--quiet"], ["add", "-A"], author + ["commit", "--quiet", "-m", "a"]] {
                    let result = try await Subprocess.run(
                        .name("git"),
                        arguments: Arguments(["-C", "\(directory)/app"] + arguments),
                        output: .discarded,
                        error: .discarded
                    )
                    #expect(result.terminationStatus.isSuccess)
                }
                cluster.inject(Fault(.stallInBody, verbs: [.patch], resource: "deployments"))
                let run = ["run", "\(directory)/app", "--kubeconfig", "\(directory)/eu"]
                _ = try await Binary.run(run, state: directory) { process in
                    await Polling.wait { !cluster.objects("/apis/apps/v1/deployments").isEmpty }
                    try process.send(signal: .kill)
                }
                cluster.clearFaults()
                let resumed = try await Binary.run(run + ["--resume"], state: directory)
                #expect(resumed.code == 0, "\(resumed)")
            }
        }
    }
}
