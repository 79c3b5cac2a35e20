import FakeKubernetes
import Glibc
import KubernetesAPI
import Manifests
import Stages
import Subprocess
import TestSupport
import Testing

@testable import flotilla

@Suite("flotilla status", .timeLimit(.minutes(5)))
struct StatusCommandTests {
    private static let forbidden = Fault(
        .status(code: 403, reason: "Forbidden", message: "not for you"),
        verbs: [.discovery]
    )

    @Test("shows what each cluster has, and writes nothing")
    func shows() async throws {
        try await RunFixture.with(["eu", "us"]) { fixture in
            let outcome = try await Binary.run(fixture.command("status", ["--no-drift"], on: ["eu", "us"]))
            #expect(outcome.code == 0, "\(outcome)")
            #expect(outcome.output.hasPrefix("shop: eu, us healthy\n"))
            #expect(outcome.output.contains("Deployment/shop/web "))
            #expect(outcome.output.contains("5 pods healthy"))
            #expect(outcome.output.contains("traffic primary 100 %"))
            #expect(!outcome.output.contains("\u{1B}"))
            for name in ["eu", "us"] { #expect(fixture[name].requests.allSatisfy { $0.method == "GET" }) }
        }
    }

    @Test("as JSON has every object of every cluster with its owner")
    func json() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            let outcome = try await Binary.run(fixture.command("status", ["--no-drift", "-o", "json"], on: ["eu"]))
            let report = try Value(json: Array(outcome.output.utf8))
            let target = try #require(report["targets"]?.array?.first)
            #expect(target["health"] == "healthy")
            #expect(target[path: "traffic", "shares", "primary"] == 100)
            #expect(target["commits"] == ["c0ffee1"])
            let objects = target["objects"]?.array ?? []
            #expect(objects.count { $0["resource"]?.string?.hasPrefix(":Pod:shop:") == true } == 7)
            let pod = objects.first { $0["resource"]?.string?.hasPrefix(":Pod:shop:web-") == true }
            #expect(pod?["owner"]?.string?.hasPrefix("apps:ReplicaSet:shop:web-") == true)
        }
    }

    @Test(
        "tells by its exit code which clusters could be looked at, and with --exit-code whether all is well",
        arguments: [
            ([], [], 0), (["us"], [], 3), (["eu", "us"], [], 1), ([], ["--exit-code"], 2), (["us"], ["--exit-code"], 3),
        ] as [([String], [String], Int)]
    )
    func exitCodes(broken: [String], options: [String], code: Int) async throws {
        try await RunFixture.with(["eu", "us"]) { fixture in
            for name in broken { fixture[name].inject(Self.forbidden) }
            if !options.isEmpty { try scale(fixture["us"]) }
            let arguments = fixture.command("status", ["--no-drift"] + options, on: ["eu", "us"])
            let outcome = try await Binary.run(arguments)
            #expect(outcome.code == code, "\(outcome)")
            for name in broken { #expect(outcome.output.contains("\(name)  cannot be looked at")) }
            if broken.count < 2 { #expect(outcome.output.contains("eu  ")) }
        }
    }

    /// Lets a workload have a pod that never becomes ready.
    private func scale(_ cluster: FakeCluster) throws {
        let path = "/apis/apps/v1/namespaces/shop/deployments/cart"
        let patch: Value = [
            "spec": ["template": ["metadata": ["annotations": ["fake.flotilla.dev/pods": "never-ready"]]]]
        ]
        #expect(cluster.perform("PATCH", path, patch, contentType: "application/merge-patch+json").code == 200)
    }

    @Test("compares with Git")
    func drift() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            let outcome = try await Binary.run(fixture.command("status", ["--exit-code"], on: ["eu"]))
            #expect(outcome.code == 2, "\(outcome)")
            #expect(outcome.output.contains("DRIFT"))
            let web = outcome.output.split(separator: "\n").first { $0.hasPrefix("  Deployment/shop/web ") }
            #expect(web?.contains("differs") == true, "\(outcome.output)")
        }
    }

    @Test("asks a cluster again only about what has changed since it was compared with Git")
    func remembers() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            let session = Session(
                application: try Application.load(directory: fixture.applicationDirectory),
                identity: Application.Identity(piped: "flotilla", application: "shop", commit: RunFixture.commit),
                targets: [try TargetsFile.target(kubeconfig: fixture.path("eu"))],
                connections: ClusterConnections(engine: HTTPEngine())
            )
            let reading = try StatusReading(session, comparesWithGit: true)
            let first = try await reading.report()
            #expect(fixture["eu"].requests.contains { $0.method == "PATCH" })
            fixture["eu"].clearRequests()
            try scale(fixture["eu"])
            let second = try await reading.report()
            let asked = fixture["eu"].requests.filter { $0.method == "PATCH" }.map(\.path)
            #expect(!asked.isEmpty && asked.allSatisfy { $0.hasSuffix("/deployments/cart") }, "\(asked)")
            #expect(first.content != second.content)
        }
    }

    @Test("does not call well what it may not see", arguments: ["status", "why"])
    func forbidden(command: String) async throws {
        try await RunFixture.with(["eu"]) { fixture in
            for kind in ["deployments", "pods"] { fixture["eu"].inject(.forbidden(verbs: [.list], resource: kind)) }
            let options = command == "status" ? ["--no-drift", "--exit-code"] : []
            let outcome = try await Binary.run(fixture.command(command, options, on: ["eu"]))
            #expect(outcome.code == (command == "status" ? 2 : 0), "\(outcome)")
            #expect(outcome.output.contains("Deployment") && outcome.output.contains(" cannot be seen"), "\(outcome)")
            #expect(!outcome.output.contains("eu healthy") && !outcome.output.contains("everything is healthy"))
        }
    }

    @Test("looks at no cluster when the application selects none, as diff does", arguments: ["status", "diff"])
    func noTarget(command: String) async throws {
        try await RunFixture.with(["eu"]) { fixture in
            try fixture.change(
                "app.pipecd.yaml",
                "input:\n",
                "input:\n        multiTargets: [{target: {name: moon}}]\n"
            )
            let outcome = try await Binary.run(fixture.command(command, on: ["eu"]))
            #expect(outcome.code == 1 && outcome.errors.contains("no deploy target to run on"), "\(outcome)")
        }
    }

    @Test("writes a page with the latest run, whole and for everybody")
    func page() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            #expect(try await fixture.run(on: ["eu"]).code == 0)
            let path = fixture.path("status.html")
            let arguments = fixture.command("status", ["--no-drift", "--html", path], on: ["eu"])
            let outcome = try await Binary.run(arguments, state: fixture.stateDirectory)
            #expect(outcome.code == 0, "\(outcome)")
            let html = try TestFiles.text(path)
            #expect(html.hasPrefix("<!doctype html>") && html.hasSuffix("</html>\n"))
            #expect(
                html.contains("Latest run") && html.contains("canary rollout") && html.contains("class=\"line canary\"")
            )
            let others = try TestFiles.names(in: fixture.path("")).filter { $0.hasPrefix("status.html") }
            #expect(others == ["status.html"])
            var status = stat()
            #expect(lstat(path, &status) == 0 && status.st_mode & 0o600 == 0o600)
        }
    }

    @Test("that cannot write its page says why, and leaves nothing behind")
    func notWritable() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            let path = fixture.path("nowhere/status.html")
            let outcome = try await Binary.run(fixture.command("status", ["--no-drift", "--html", path], on: ["eu"]))
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("cannot write \(path): No such file or directory"), "\(outcome.errors)")
        }
    }

    @Test("that is watched tells each change, and ends well at Ctrl-C")
    func watch() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            let file = fixture.path("watched")
            let arguments = fixture.command("status", ["--no-drift", "--watch"], on: ["eu"])
            let script = "exec \"$@\" > \(file)"
            let status = try await Binary.run(script: script, arguments) { process in
                try await Polling.wait { try blocks(file) == 1 }
                try scale(fixture["eu"])
                try await Polling.wait { try blocks(file) > 1 }
                try process.send(signal: .interrupt)
            }
            #expect(status == .exited(0))
            let text = try TestFiles.text(file)
            #expect(text.contains("shop: eu healthy") && text.contains("progressing"))
        }
    }

    /// How often the status was shown so far.
    private func blocks(_ file: String) throws -> Int {
        guard access(file, R_OK) == 0 else { return 0 }
        return try TestFiles.text(file).split(separator: "\n").count { $0.hasPrefix("shop: ") }
    }

    @Test(
        "needs clusters that can be asked, and options that go together",
        arguments: [
            (["--offline", "eu"], "status asks the clusters"),
            (["--kubeconfig", "x", "--watch", "--html", "y"], "--html writes one snapshot"),
            (["--kubeconfig", "x", "--watch", "--exit-code"], "--watch has no end"),
            (["--kubeconfig", "x", "--journal", "y"], "--journal is for the page"),
        ]
    )
    func usage(options: [String], words: String) async throws {
        let outcome = try await Binary.run(["status", "manifests/shop"] + options)
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
}
