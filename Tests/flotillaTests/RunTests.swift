import FakeKubernetes
import Manifests
import TestSupport
import Testing

@Suite("The command on clusters", .timeLimit(.minutes(5)))
struct RunTests {
    /// Runs a body with three clusters and the options that name them.
    private func withClusters(_ body: ([FakeCluster], [String]) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            try await withFakeCluster("eu") { eu in
                try await withFakeCluster("us") { us in
                    try await withFakeCluster("asia") { asia in
                        let clusters = [eu, us, asia]
                        let options = try clusters.flatMap { cluster in
                            let path = "\(directory)/\(cluster.name)"
                            try TestFiles.write(cluster.kubeconfigText(), to: path)
                            return ["--kubeconfig", path]
                        }
                        try await body(clusters, options)
                    }
                }
            }
        }
    }

    @Test("exits 3 when one of three cannot be reached, and names it, its address and the cause")
    func partial() async throws {
        try await withClusters { clusters, options in
            await clusters[1].goDown()
            let outcome = try await Binary.run(["stage", "K8S_CANARY_ROLLOUT", "manifests/shop"] + options)
            #expect(outcome.code == 3)
            #expect(outcome.output.contains("us    failed: no changes"), "\(outcome.output)")
            #expect(outcome.output.contains("us: discover"), "\(outcome.output)")
            #expect(outcome.output.contains("127.0.0.1:\(clusters[1].port)"), "\(outcome.output)")
            #expect(outcome.output.lowercased().contains("refused"), "\(outcome.output)")
        }
    }

    @Test("warns of what the application file asks for and only PipeCD does")
    func ignoredFields() async throws {
        try await withTemporaryDirectory { directory in
            let text = "apiVersion: pipecd.dev/v1beta1\nkind: Application\nspec: {name: a, timeout: 1h}\n"
            try TestFiles.write(text, to: "\(directory)/app.pipecd.yaml")
            let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
            try TestFiles.write(map, to: "\(directory)/a.yaml")
            let outcome = try await Binary.run(["run", directory, "--offline", "eu", "--dry-run"])
            #expect(outcome.code == 0, "\(outcome)")
            #expect(outcome.errors.contains("app.pipecd.yaml:3:17: spec.timeout is not honoured here"), "\(outcome)")
        }
    }

    @Test("BEYOND-30 goes through the pipeline, prints a report of every stage, and names the cluster in every line")
    func pipeline() async throws {
        try await withClusters { clusters, options in
            let first = try await Binary.run(["stage", "K8S_PRIMARY_ROLLOUT", "manifests/shop"] + options)
            #expect(first.code == 0, "\(first)")
            let arguments = ["run", "manifests/shop", "--strategy", "pipeline", "-o", "json"]
            let outcome = try await Binary.run(arguments + options)
            #expect(outcome.code == 0, "\(outcome.errors)")
            let lines = outcome.errors.split(separator: "\n").filter { !$0.hasPrefix("warning: ") }
            #expect(lines.first == "pipeline: it is asked for", "\(outcome.errors)")
            let unnamed = lines.dropFirst().filter { line in
                !clusters.contains { line.hasPrefix("\($0.name): K8S_") }
            }
            #expect(unnamed.isEmpty, "\(unnamed)")
            let report = try Value(json: Array(outcome.output.utf8))
            #expect(report["outcome"] == "succeeded")
            #expect(report["stages"]?.array?.count == 5)
            #expect(report["targets"]?.array?.map { $0["name"]?.string } == ["eu", "us", "asia"])
        }
    }

    @Test(
        "touches no cluster when a late stage cannot work, or is a gate of another plugin",
        arguments: [
            ("K8S_CANARY_CLEAN", "K8S_CANARY_CLEN", "did you mean \"K8S_CANARY_CLEAN\""),
            ("K8S_CANARY_CLEAN", "WAIT_APPROVAL", "--skip-foreign-stages"),
            ("primary: 100", "primary: 90", "100"),
            ("primary: 100", "canary: 20", "still sends traffic to variant \"canary\""),
        ]
    )
    func lateMistake(old: String, new: String, part: String) async throws {
        try await withClusters { clusters, options in
            try await withTemporaryDirectory { directory in
                for name in ["app.pipecd.yaml", "web.yaml", "cart.yaml", "routing.yaml"] {
                    let text = try TestFiles.text(PackageRoot.path("manifests/shop/\(name)"))
                    try TestFiles.write(text.replacing(old, with: new), to: "\(directory)/\(name)")
                }
                let version = ["--running", "manifests/shop", "--strategy", "pipeline"]
                let outcome = try await Binary.run(["run", directory] + version + options)
                #expect(outcome.code == 1)
                #expect(outcome.errors.contains(part), "\(outcome)")
                #expect(clusters.allSatisfy { $0.requests.isEmpty })
            }
        }
    }

    @Test("does not write in a dry run")
    func dryRun() async throws {
        try await withClusters { clusters, options in
            _ = try await Binary.run(["stage", "K8S_PRIMARY_ROLLOUT", "manifests/shop"] + options)
            for cluster in clusters { cluster.clearRequests() }
            let outcome = try await Binary.run(["run", "manifests/shop", "--dry-run"] + options)
            #expect(outcome.code == 0, "\(outcome)")
            #expect(clusters.flatMap(\.requests).allSatisfy { $0.method == "GET" })
            #expect(clusters.allSatisfy { !$0.requests.isEmpty })
        }
    }
}
