import FakeKubernetes
import Manifests
import Subprocess
import TestSupport
import Testing

@Suite("flotilla plan", .timeLimit(.minutes(5)))
struct PlanTests {
    private static let stages = """
        [{name: K8S_CANARY_ROLLOUT, desc: try it}, {name: WAIT}, {name: K8S_PRIMARY_ROLLOUT}, {name: K8S_CANARY_CLEAN}]
        """

    @Test("tells strategy, reason, versions, stages and the steps of every target, as JSON")
    func pipeline() async throws {
        try await withVersions(before: "1.4.0", after: "1.5.0") { old, new in
            let outcome = try await Binary.run(
                ["plan", new, "--running", old, "--offline", "eu", "us", "--commit", "c0ffee2", "-o", "json"]
            )
            #expect(outcome.code == 0, "\(outcome)")
            let plan = try Value(json: Array(outcome.output.utf8))
            #expect(plan["strategy"] == "pipeline")
            #expect(plan["reason"] == ["code": "image-changed", "text": "images change: orders 1.4.0 -> 1.5.0"])
            #expect(plan["versions"] == [["name": "orders", "version": "1.5.0", "url": "reg.test:5000/orders:1.5.0"]])
            let stages = plan["stages"]?.array ?? []
            #expect(
                stages.map { $0["name"]?.string } == [
                    "K8S_CANARY_ROLLOUT", "WAIT", "K8S_PRIMARY_ROLLOUT", "K8S_CANARY_CLEAN", "K8S_ROLLBACK",
                ]
            )
            #expect(stages.map { $0["index"]?.int } == [0, 1, 2, 3, 0])
            #expect(stages.map { $0["rollback"]?.bool } == [false, nil, false, false, true])
            #expect(stages[0]["description"] == "try it" && stages[1]["foreign"] == true)
            let targets = plan["targets"]?.array ?? []
            #expect(targets.map { $0["name"]?.string } == ["eu", "us"])
            #expect(targets.map { $0[path: "reason", "code"]?.string } == ["image-changed", "image-changed"])
            let steps = targets[1]["stages"]?.array ?? []
            #expect(
                steps.map { $0["stage"]?.string } == ["K8S_CANARY_ROLLOUT", "K8S_PRIMARY_ROLLOUT", "K8S_CANARY_CLEAN"]
            )
            #expect(steps[0]["steps"]?.array?.first?["resource"] == "apps:Deployment::orders-canary")
            #expect(steps[2]["steps"]?.array?.first?["action"] == "delete")
        }
    }

    @Test("shows targets with the same steps once, in words")
    func text() async throws {
        try await withVersions(before: "1.4.0", after: "1.5.0") { old, new in
            let outcome = try await Binary.run("plan", new, "--running", old, "--offline", "eu", "us")
            #expect(outcome.code == 0, "\(outcome)")
            #expect(
                outcome.output.hasPrefix(
                    """
                    strategy  pipeline
                    reason    images change: orders 1.4.0 -> 1.5.0
                    versions  orders 1.5.0
                    stages
                      K8S_CANARY_ROLLOUT   try it
                      WAIT                 of another plugin

                    """
                ),
                "\(outcome.output)"
            )
            #expect(outcome.output.contains("  K8S_ROLLBACK         only after a failure: "))
            #expect(
                outcome.output.contains("\nK8S_CANARY_ROLLOUT on eu, us\n  apply            Deployment/orders-canary\n")
            )
        }
    }

    @Test("is a quick sync when no version is running, and says that nothing can be rolled back then")
    func first() async throws {
        try await withVersions(before: "1", after: "1") { _, new in
            let outcome = try await Binary.run("plan", new, "--offline", "eu", "-o", "json")
            #expect(outcome.code == 0, "\(outcome)")
            let plan = try Value(json: Array(outcome.output.utf8))
            #expect(plan["strategy"] == "quickSync" && plan[path: "reason", "code"] == "first-deployment")
            let names = plan["stages"]?.array?.map { $0["name"]?.string }
            #expect(names == ["K8S_MULTI_SYNC", "K8S_MULTI_ROLLBACK"])
            #expect(outcome.errors.contains("note: a failure cannot be rolled back: no running version is known"))
        }
    }

    @Test("follows commitMatcher with the message that is given, else with that of the commit in Git")
    func commitMessage() async throws {
        try await withVersions(before: "1", after: "2") { old, new in
            let path = "\(new)/app.pipecd.yaml"
            let matcher = "spec:\n  commitMatcher: {quickSync: ^hotfix}"
            try TestFiles.write(try TestFiles.text(path).replacing("spec:", with: matcher), to: path)
            let arguments = ["plan", new, "--running", old, "--offline", "eu", "-o", "json"]
            try await git(["init", "-q"], in: new)
            try await git(["commit", "-q", "--allow-empty", "-m", "hotfix: y"], in: new)
            for (more, code) in [
                (["--commit-message", "hotfix: x"], "commit-matched"),
                (["--commit-message", "feat: x"], "image-changed"),
                ([], "commit-matched"), (["--commit", "0000000"], "image-changed"),
            ] {
                let outcome = try await Binary.run(arguments + more)
                let plan = try Value(json: Array(outcome.output.utf8))
                #expect(plan[path: "reason", "code"]?.string == code, "\(outcome)")
            }
        }
    }

    @Test("exits 2 with --exit-code when something would change, not for the mark of another commit")
    func exitCode() async throws {
        try await withVersions(before: "1.4.0", after: "1.5.0") { old, new in
            let offline = try await Binary.run("plan", new, "--running", old, "--offline", "eu", "--exit-code")
            #expect(offline.code == 2)
            try await withFakeCluster("eu") { cluster in
                let kubeconfig = "\(old)/eu.kubeconfig"
                try TestFiles.write(cluster.kubeconfigText(), to: kubeconfig)
                let cluster = ["--kubeconfig", kubeconfig]
                let deployed = try await Binary.run(["stage", "K8S_SYNC", old, "--commit", "c0ffee1"] + cluster)
                #expect(deployed.code == 0, "\(deployed)")
                for (directory, code) in [(old, 0), (new, 2)] {
                    let arguments = ["plan", directory, "--running", old, "--commit", "c0ffee2", "--exit-code"]
                    let outcome = try await Binary.run(arguments + cluster)
                    #expect(outcome.code == code, "\(outcome)")
                    let fields = [
                        "-             image: reg.test:5000/orders:1.4.0",
                        "+             image: reg.test:5000/orders:1.5.0",
                    ]
                    #expect(outcome.output.contains(fields.joined(separator: "\n")) == (code == 2), "\(outcome.output)")
                    #expect(outcome.output.contains("1 unchanged except marks") == (code == 0), "\(outcome.output)")
                }
                let silent = ["plan", new, "--running", old, "--dry-run=client", "--exit-code"]
                let outcome = try await Binary.run(silent + cluster)
                #expect(outcome.code == 2 && !outcome.output.contains("configured"))
            }
        }
    }

    @Test("asks for the pipeline when something runs and nobody can say what, and says why")
    func unknown() async throws {
        try await withVersions(before: "1", after: "2") { old, new in
            try await withFakeCluster("eu") { cluster in
                try TestFiles.write(cluster.kubeconfigText(), to: "\(old)/eu.kubeconfig")
                let cluster = ["--kubeconfig", "\(old)/eu.kubeconfig"]
                let deployed = try await Binary.run(["stage", "K8S_SYNC", old, "--commit", "c0ffee1"] + cluster)
                #expect(deployed.code == 0, "\(deployed)")
                let outcome = try await Binary.run(["plan", new, "-o", "json"] + cluster)
                #expect(outcome.code == 0, "\(outcome)")
                let plan = try Value(json: Array(outcome.output.utf8))
                #expect(plan["strategy"] == "pipeline" && plan[path: "reason", "code"] == "diff-error")
                #expect(plan[path: "reason", "text"]?.string?.contains("c0ffee1") == true)
                #expect(outcome.errors.contains("note: a failure cannot be rolled back: the running version"))
            }
        }
    }

    @Test("asks clusters and writes nothing")
    func readOnly() async throws {
        try await withVersions(before: "1", after: "2") { old, new in
            try await withFakeCluster("eu") { cluster in
                try TestFiles.write(cluster.kubeconfigText(), to: "\(old)/eu.kubeconfig")
                let arguments = ["plan", new, "--running", old, "--kubeconfig", "\(old)/eu.kubeconfig"]
                let outcome = try await Binary.run(arguments)
                #expect(outcome.code == 0, "\(outcome)")
                #expect(cluster.objects("/apis/apps/v1/deployments").isEmpty)
                #expect(cluster.requests.contains { $0.method != "GET" })
            }
        }
    }

    @Test("refuses a pipeline that cannot work, as run and validate do; a stage of it alone may run")
    func refused() async throws {
        try await withVersions(before: "1", after: "2", stages: "[{name: K8S_CANARY_CLEAN}]") { old, new in
            let offline = ["--offline", "eu"]
            let commands = [
                ["plan", new, "--running", old] + offline, ["run", new, "--running", old, "--dry-run"] + offline,
                ["validate", new],
            ]
            for arguments in commands {
                let outcome = try await Binary.run(arguments)
                let text = outcome.output + outcome.errors
                #expect(outcome.code == 1, "\(arguments)")
                #expect(
                    text.contains("app.pipecd.yaml:5:24: spec.pipeline.stages[0].name: nothing to clean"),
                    "\(text)"
                )
            }
            let stage = try await Binary.run(["stage", "K8S_CANARY_CLEAN", new, "--dry-run"] + offline)
            #expect(stage.code == 0, "\(stage)")
        }
    }

    @Test("refuses a baseline when no version is running, and says how to name one")
    func baseline() async throws {
        try await withVersions(before: "1", after: "2", stages: "[{name: K8S_BASELINE_ROLLOUT}]") { _, new in
            let path = "\(new)/app.pipecd.yaml"
            let always = "spec:\n  planner: {alwaysUsePipeline: true}"
            try TestFiles.write(try TestFiles.text(path).replacing("spec:", with: always), to: path)
            let outcome = try await Binary.run("plan", new, "--offline", "eu")
            #expect(outcome.code == 1 && outcome.output.isEmpty)
            #expect(outcome.errors.contains("--running"), "\(outcome.errors)")
        }
    }

    @Test("exits 64 when clusters are to answer that are not asked")
    func wrongUse() async throws {
        let outcome = try await Binary.run("plan", "manifests/shop", "--offline", "eu", "--dry-run=server")
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains("does not go with --offline"), "\(outcome.errors)")
    }

    private func git(_ arguments: [String], in directory: String) async throws {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
        let result = try await Subprocess.run(
            .name("git"),
            arguments: Arguments(["-C", directory] + identity + arguments),
            output: .discarded,
            error: .string(limit: 4096)
        )
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
    }

    /// Runs a body with the directories of two versions whose images have these tags.
    private func withVersions(
        before: String,
        after: String,
        stages: String = stages,
        _ body: (String, String) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            for (name, tag) in [("old", before), ("new", after)] {
                try TestFiles.write(
                    """
                    apiVersion: pipecd.dev/v1beta1
                    kind: Application
                    spec:
                      name: orders
                      pipeline: {stages: \(stages)}
                    """,
                    to: "\(directory)/\(name)/app.pipecd.yaml"
                )
                try TestFiles.write(
                    """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: orders}
                    spec:
                      replicas: 2
                      selector: {matchLabels: {app: orders}}
                      template:
                        metadata: {labels: {app: orders}}
                        spec: {containers: [{name: web, image: 'reg.test:5000/orders:\(tag)'}]}
                    """,
                    to: "\(directory)/\(name)/web.yaml"
                )
            }
            try await body("\(directory)/old", "\(directory)/new")
        }
    }
}
