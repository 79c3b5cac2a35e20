import Manifests
import TestSupport
import Testing

@Suite("A dry run of the command", .timeLimit(.minutes(5)))
struct DryRunTests {
    private let canary = [
        "stage", "K8S_CANARY_ROLLOUT", "manifests/shop", "--offline", "eu", "us", "asia", "--with", "replicas=20%",
        "--dry-run", "--commit", "c0ffee2", "-o", "json",
    ]

    @Test("prints three plans with final manifests, the same bytes each time")
    func plans() async throws {
        let first = try await Binary.run(canary)
        let second = try await Binary.run(canary)
        #expect(first.code == 0, "\(first.errors)")
        #expect(first.output == second.output)
        let plan = try Value(json: Array(first.output.utf8))
        #expect(plan["stage"] == "K8S_CANARY_ROLLOUT")
        #expect(plan["targets"]?.array?.map { $0["name"]?.string } == ["eu", "us", "asia"])
        let steps = try #require(plan["targets"]?.array?.first?["steps"]?.array)
        let web = try #require(
            steps.first { $0["resource"] == "apps:Deployment:shop:web-canary" && $0["action"] == "apply" }
        )
        #expect(web[path: "manifest", "spec", "replicas"] == 1)
        #expect(web[path: "manifest", "metadata", "labels", "pipecd.dev/commit-hash"] == "c0ffee2")
    }

    @Test("reads the same plan as YAML")
    func yaml() async throws {
        let json = try await Binary.run(canary)
        let yaml = try await Binary.run(Array(canary.dropLast()) + ["yaml"])
        let documents = try YAML.documents(in: Array(yaml.output.utf8), file: "plan")
        #expect(documents.first?.value == (try Value(json: Array(json.output.utf8))))
    }

    @Test("of the whole pipeline shows every stage, and the clean removes what the canary made")
    func pipeline() async throws {
        let outcome = try await Binary.run(
            "run",
            "manifests/shop",
            "--offline",
            "eu",
            "us",
            "--dry-run",
            "--strategy",
            "pipeline",
            "-o",
            "json"
        )
        #expect(outcome.code == 0, "\(outcome.errors)")
        let stages = try #require(try Value(json: Array(outcome.output.utf8))["stages"]?.array)
        #expect(
            stages.map { $0["stage"]?.string } == [
                "K8S_CANARY_ROLLOUT", "K8S_TRAFFIC_ROUTING", "K8S_PRIMARY_ROLLOUT", "K8S_TRAFFIC_ROUTING",
                "K8S_CANARY_CLEAN",
            ]
        )
        let clean = stages.last?["targets"]?.array?.first?["steps"]?.array ?? []
        #expect(
            clean.map { $0["resource"]?.string } == [
                "apps:Deployment:shop:cart-canary", "apps:Deployment:shop:web-canary",
                ":ConfigMap:shop:web-settings-canary",
            ]
        )
    }

    @Test("takes what --with does not say from the pipeline")
    func merged() async throws {
        try await withTemporaryDirectory { directory in
            let sample = try TestFiles.text(PackageRoot.path("manifests/shop/app.pipecd.yaml"))
            let narrowed = sample.replacing("replicas: 20%", with: "{replicas: 20%, multiTargets: [us], suffix: next}")
            try TestFiles.write(narrowed, to: "\(directory)/app.pipecd.yaml")
            for name in ["web.yaml", "cart.yaml", "routing.yaml"] {
                try TestFiles.write(
                    try TestFiles.text(PackageRoot.path("manifests/shop/\(name)")),
                    to: "\(directory)/\(name)"
                )
            }
            let outcome = try await Binary.run(
                "stage",
                "K8S_CANARY_ROLLOUT",
                directory,
                "--offline",
                "eu",
                "us",
                "--with",
                "replicas=3",
                "--dry-run"
            )
            #expect(outcome.output.hasPrefix("K8S_CANARY_ROLLOUT on us\n"), "\(outcome)")
            #expect(outcome.output.contains("Deployment/shop/web-next\n"), "\(outcome)")
        }
    }

    @Test("shows targets with the same plan once")
    func text() async throws {
        let outcome = try await Binary.run(Array(canary.dropLast(2)))
        #expect(outcome.output.hasPrefix("K8S_CANARY_ROLLOUT on eu, us, asia\n"), "\(outcome.output)")
        #expect(outcome.output.contains("apply            Deployment/shop/web-canary\n"))
    }

    @Test("hides the values of Secrets")
    func secrets() async throws {
        try await withTemporaryDirectory { directory in
            try TestFiles.write(
                """
                apiVersion: pipecd.dev/v1beta1
                kind: Application
                spec: {name: a}
                """,
                to: "\(directory)/app.pipecd.yaml"
            )
            try TestFiles.write(
                """
                {apiVersion: v1, kind: Secret, metadata: {name: s}, data: {k: c2VjcmV0}, stringData: {p: hunter2}}
                """,
                to: "\(directory)/s.yaml"
            )
            let outcome = try await Binary.run(
                "stage",
                "K8S_PRIMARY_ROLLOUT",
                directory,
                "--offline",
                "eu",
                "--dry-run",
                "-o",
                "json"
            )
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("(hidden)"))
            #expect(!outcome.output.contains("c2VjcmV0") && !outcome.output.contains("hunter2"))
        }
    }
}
