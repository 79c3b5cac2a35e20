import FakeKubernetes
import Manifests
import Subprocess
import TestSupport
import Testing
import UnixSignals

@testable import flotilla

@Suite("A run that is interrupted", .timeLimit(.minutes(5)))
struct InterruptionTests {
    private static let deployments = "/apis/apps/v1/namespaces/shop/deployments"

    /// The command that makes a canary of the sample on one cluster.
    private func canary(on cluster: FakeCluster, in directory: String) throws -> [String] {
        let path = "\(directory)/\(cluster.name)"
        try TestFiles.write(cluster.kubeconfigText(), to: path)
        return [
            "stage", "K8S_CANARY_ROLLOUT", "manifests/shop", "--kubeconfig", path, "--commit", "c0ffee2", "-o", "json",
        ]
    }

    /// What the canary stage left, without what every cluster gives names and times of its own.
    private func state(of cluster: FakeCluster) -> [Value?] {
        ["web-canary", "cart-canary"].map { name in
            let object = cluster.object("\(Self.deployments)/\(name)")
            var labels = object?[path: "metadata", "labels"]
            labels?["pipecd.dev/application"] = nil
            return [
                "labels": labels ?? .null, "spec": object?["spec"] ?? .null,
                "status": object?[path: "status", "readyReplicas"] ?? .null,
            ]
        }
    }

    /// Lets the time pass that a holder of a lease may be silent.
    private func expireLeases(of cluster: FakeCluster) {
        let path = "/apis/coordination.k8s.io/v1/namespaces/shop/leases"
        for lease in cluster.objects(path) {
            let change: Value = ["spec": ["renewTime": "2020-01-01T00:00:00.000000Z"]]
            let name = lease[path: "metadata", "name"]?.string ?? ""
            let answer = cluster.perform(
                "PATCH",
                "\(path)/\(name)",
                change,
                contentType: "application/merge-patch+json"
            )
            #expect(answer.code == 200)
        }
    }

    /// Waits until a request has come in.
    private func waitForRequest(_ method: String, _ part: String, on cluster: FakeCluster) async {
        await cluster.wait { seen in
            seen.requests.contains { $0.method == method && $0.path.contains(part) }
        }
    }

    @Test("by kill -9 comes to the same end when it is run again, once its lease has run out")
    func killed() async throws {
        try await withTemporaryDirectory { directory in
            try await withFakeCluster("killed") { cluster in
                try await withFakeCluster("calm") { calm in
                    // A lease needs its namespace.
                    let namespace: Value = [
                        "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"],
                    ]
                    #expect(cluster.perform("POST", "/api/v1/namespaces", namespace).code == 201)
                    cluster.inject(Fault(.stall, verbs: [.patch], resource: "deployments", name: "web-canary"))
                    let arguments = try canary(on: cluster, in: directory)
                    let killed = try await Binary.run(arguments) { process in
                        await waitForRequest("PATCH", "deployments/web-canary", on: cluster)
                        try process.send(signal: .kill)
                    }
                    #expect(killed.code == -1)
                    #expect(cluster.object("\(Self.deployments)/web-canary") == nil)

                    cluster.clearFaults()
                    let early = try await Binary.run(arguments)
                    #expect(early.code == 1)
                    #expect(early.errors.contains("if it was killed, start again after 20"), "\(early.errors)")
                    expireLeases(of: cluster)
                    #expect(try await Binary.run(arguments).code == 0)
                    #expect(try await Binary.run(try canary(on: calm, in: directory)).code == 0)
                    #expect(state(of: cluster) == state(of: calm))
                }
            }
        }
    }

    @Test(
        "stops at the first signal and ends at once at the second, unless that only says again that the terminal is gone",
        arguments: [
            ([.sigint, .sigint], [.stop, .exit]), ([.sigterm, .sigint], [.stop, .exit]),
            ([.sighup, .sighup, .sighup], [.stop, .nothing, .nothing]), ([.sighup, .sigint], [.stop, .exit]),
        ] as [([UnixSignal], [Interruptions.Reaction])]
    )
    func counted(signals: [UnixSignal], reactions: [Interruptions.Reaction]) {
        var interruptions = Interruptions()
        #expect(signals.map { interruptions.reaction(to: $0) } == reactions)
    }

    @Test("by the end of its terminal stops, and goes on when it was started to ignore that", arguments: [true, false])
    func hangup(isIgnored: Bool) async throws {
        try await withTemporaryDirectory { directory in
            try await withFakeCluster("eu") { cluster in
                cluster.inject(Fault(.stall, verbs: [.patch], resource: "deployments", name: "web-canary"))
                let script = (isIgnored ? "trap '' HUP; " : "") + "exec \"$@\""
                let arguments = try canary(on: cluster, in: directory)
                let status = try await Binary.run(script: script, arguments) { process in
                    await waitForRequest("PATCH", "deployments/web-canary", on: cluster)
                    let status = try TestFiles.text("/proc/\(process.processIdentifier.value)/status")
                    let masks = status.split(separator: "\n").filter { $0.hasPrefix(isIgnored ? "SigIgn" : "SigCgt") }
                    // SIGHUP is signal 1, the lowest bit.
                    let mask = try #require(masks.first?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) })
                    #expect(mask & 1 == 1)
                    try process.send(signal: .kill)
                }
                #expect(!status.isSuccess)
            }
        }
    }

    @Test(
        "while manifests are rendered ends what renders them, removes its files, and says so in one line",
        arguments: [
            (["render"], [], .interrupt, 130), (["validate"], [], .terminate, 143),
            (["plan"], ["--offline", "eu"], .interrupt, 130),
            (["run"], ["--offline", "eu", "--dry-run"], .interrupt, 130),
            (["stage", "K8S_SYNC"], ["--offline", "eu", "--dry-run"], .terminate, 143),
        ] as [([String], [String], Signal, Int)]
    )
    func rendering(command: [String], options: [String], signal: Signal, code: Int) async throws {
        try await withTemporaryDirectory { directory in
            let lines = "sleep 600 & echo $! > '\(directory)/process'; wait"
            let kustomize = try StandIn("kustomize", in: "\(directory)/bin", lines)
            let app = "\(directory)/app"
            try TestFiles.write("", to: "\(app)/kustomization.yaml")
            try TestFiles.write(
                "{apiVersion: pipecd.dev/v1beta1, kind: Application, spec: {name: a, plugins: {k: {}}}}",
                to: "\(app)/app.pipecd.yaml"
            )
            let temporary = "\(directory)/temporary"
            try TestFiles.makeDirectory(temporary)
            var process = ""
            let arguments = command + [app, "--kustomize", kustomize.path] + options
            let outcome = try await Binary.run(arguments, temporaryDirectory: temporary) { execution in
                process = try await TestFiles.text("\(directory)/process", having: "\n")
                try execution.send(signal: signal)
            }
            #expect(outcome.code == code, "\(outcome)")
            #expect(outcome.errors == "Error: stopped on request\n" && outcome.output.isEmpty, "\(outcome)")
            #expect(try TestFiles.names(in: temporary) == [])
            // What is dead and not yet taken note of has no command line any more.
            #expect((try? TestFiles.text("/proc/\(process.dropLast())/cmdline")) ?? "" == "")
        }
    }

    @Test("by Ctrl-C finishes what is being written, waits for nothing more, reports it, and exits 1")
    func interrupted() async throws {
        try await withTemporaryDirectory { directory in
            try await withFakeCluster("eu") { cluster in
                for name in ["app.pipecd.yaml", "web.yaml", "routing.yaml"] {
                    let text = try TestFiles.text(PackageRoot.path("manifests/shop/\(name)"))
                    try TestFiles.write(
                        text.replacing(":1.0.0", with: ":bad-never-pulled"),
                        to: "\(directory)/app/\(name)"
                    )
                }
                // A pod that is pending, and no failure: the stage would wait for its whole deadline.
                let web = try TestFiles.text("\(directory)/app/web.yaml")
                let pending = "      annotations: {fake.flotilla.dev/pods: pending}\n    spec:\n      containers:"
                try TestFiles.write(
                    web.replacing("    spec:\n      containers:", with: pending),
                    to: "\(directory)/app/web.yaml"
                )
                var arguments = try canary(on: cluster, in: directory)
                arguments[2] = "\(directory)/app"
                let outcome = try await Binary.run(arguments) { process in
                    await waitForRequest("PATCH", "deployments/web-canary", on: cluster)
                    try process.send(signal: .interrupt)
                }
                #expect(outcome.code == 1, "\(outcome.errors)")
                let report = try Value(json: Array(outcome.output.utf8))
                let target = try #require(report["targets"]?.array?.first)
                #expect(report["outcome"] == "cancelled")
                #expect(target["changes"]?.array?.last?["resource"] == "apps:Deployment:shop:web-canary")
                #expect(target["left"] == nil)
                #expect(cluster.object("\(Self.deployments)/web-canary") != nil)
                #expect(outcome.errors.contains("stopping after the objects that are being written"))
            }
        }
    }
}
