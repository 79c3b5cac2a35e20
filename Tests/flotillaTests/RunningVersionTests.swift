import FakeKubernetes
import Manifests
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("The version that ran before", .timeLimit(.minutes(5)))
struct RunningVersionTests {
    /// An application in a Git repository, below its top, and a cluster.
    private struct Scene {
        let directory: String
        let cluster: FakeCluster

        var application: String { "\(directory)/repository/apps/shop" }
        var kubeconfig: String { "\(directory)/eu" }

        /// Writes a version and commits it.
        func commit(_ tag: String) async throws {
            let deployment = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: "registry.test/web:\(tag)"}]}

                """
            try TestFiles.write(deployment, to: "\(application)/web.yaml")
            try await git("add", "-A")
            try await git("-c", "user.name=a", "-c", "user.email=a@b.test", "commit", "--quiet", "-m", tag)
            try await git("tag", tag)
        }

        func git(_ arguments: String...) async throws {
            let result = try await Subprocess.run(
                .name("git"),
                arguments: Arguments(["-C", "\(directory)/repository"] + arguments),
                output: .string(limit: 1 << 20),
                error: .string(limit: 1 << 20)
            )
            #expect(result.terminationStatus.isSuccess, "\(arguments): \(result.standardError)")
        }

        func stage(_ name: String, _ arguments: String...) async throws -> Binary.Outcome {
            try await Binary.run(["stage", name, application, "--kubeconfig", kubeconfig] + arguments)
        }

        /// The image tag of a Deployment, `nil` when it is not there.
        func tag(_ name: String) -> String? {
            let deployment = cluster.object("/apis/apps/v1/namespaces/default/deployments/\(name)")
            let container = deployment?[path: "spec", "template", "spec", "containers"]?.array?.first
            return container?["image"]?.string?.split(separator: ":").last.map(String.init)
        }
    }

    private func withScene(_ body: (Scene) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            try await withFakeCluster("eu") { cluster in
                try TestFiles.write(cluster.kubeconfigText(), to: "\(directory)/eu")
                let scene = Scene(directory: directory, cluster: cluster)
                let application = """
                    apiVersion: pipecd.dev/v1beta1
                    kind: Application
                    spec: {name: shop}

                    """
                try TestFiles.write(application, to: "\(scene.application)/app.pipecd.yaml")
                try await scene.git("init", "--quiet", "--initial-branch=main")
                try await body(scene)
            }
        }
    }

    @Test("is rendered with what lay beside the application then")
    func rendered() async throws {
        try await withScene { scene in
            let lines = """
                echo "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}},"
                echo " template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: 'web:$(cat ../../base/tag)'}]}}}}"
                """
            let kustomize = try StandIn("kustomize", in: "\(scene.directory)/bin", lines)
            try TestFiles.write("", to: "\(scene.application)/kustomization.yaml")
            for tag in ["v1", "v2"] {
                try TestFiles.write(tag, to: "\(scene.directory)/repository/base/tag")
                try await scene.commit(tag)
            }
            let arguments = ["--offline", "eu", "--dry-run", "-o", "json", "--kustomize", kustomize.path]
            for (stage, image) in [("K8S_ROLLBACK", "web:v1"), ("K8S_SYNC", "web:v2")] {
                let words = ["stage", stage, scene.application, "--running-ref", "v1"]
                let outcome = try await Binary.run(words + arguments)
                #expect(outcome.code == 0 && outcome.output.contains("\"\(image)\""), "\(outcome)")
            }
        }
    }

    @Test("is the commit that the live objects carry, and comes out of Git")
    func live() async throws {
        try await withScene { scene in
            try await scene.commit("v1")
            #expect(try await scene.stage("K8S_SYNC").code == 0)
            try await scene.commit("v2")
            let baseline = try await scene.stage("K8S_BASELINE_ROLLOUT")
            #expect(baseline.code == 0, "\(baseline)")
            #expect(scene.tag("web-baseline") == "v1")
            #expect(try await scene.stage("K8S_PRIMARY_ROLLOUT").code == 0)
            #expect(scene.tag("web") == "v2")
            let unclear = try await scene.stage("K8S_ROLLBACK")
            #expect(unclear.code == 1)
            #expect(
                unclear.errors.contains("the live objects are of this version already; say with --running-ref"),
                "\(unclear)"
            )
            let rollback = try await scene.stage("K8S_ROLLBACK", "--running-ref", "v1")
            #expect(rollback.code == 0, "\(rollback)")
            #expect(scene.tag("web") == "v1")
            #expect(scene.tag("web-baseline") == nil)
        }
    }

    @Test("is a directory that the user names, with a dry run that needs no cluster")
    func directory() async throws {
        try await withScene { scene in
            try await scene.commit("v1")
            let outcome = try await Binary.run([
                "stage", "K8S_ROLLBACK", scene.application, "--offline", "eu", "--dry-run", "--running",
                scene.application,
            ])
            #expect(outcome.code == 0, "\(outcome)")
            #expect(outcome.output.contains("apply            Deployment/web"), "\(outcome.output)")
        }
    }

    @Test("can be restored although it was deployed with mistakes, and under another plugin name")
    func oldMistakes() async throws {
        try await withScene { scene in
            let old = """
                apiVersion: pipecd.dev/v1beta1
                kind: Application
                spec:
                  name: a
                  name: shop
                  pipeline: {stages: [{name: K8S_TRAFFIC_ROUTING, with: {primary: 50, canary: 30}}, {name: K8S_X}]}
                  plugins: {k8s: {input: {namespace: shop}, pipeline: {}}}

                """
            try TestFiles.write(old, to: "\(scene.directory)/old/app.pipecd.yaml")
            let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, name: settings}\ndata: {v: a}\n"
            try TestFiles.write("\(map)---\n\(map)", to: "\(scene.directory)/old/map.yaml")
            try await scene.commit("v1")
            let application = "apiVersion: pipecd.dev/v1beta1\nkind: Application\nspec: {plugins: {fleet: {}}}\n"
            try TestFiles.write(application, to: "\(scene.application)/app.pipecd.yaml")
            let arguments = [
                "stage", "K8S_ROLLBACK", scene.application, "--plugin", "fleet", "--offline", "eu", "--dry-run",
                "--running",
                "\(scene.directory)/old",
            ]
            let outcome = try await Binary.run(arguments)
            #expect(outcome.code == 0, "\(outcome)")
            #expect(outcome.output.contains("ConfigMap/shop/settings"), "\(outcome.output)")
            let two = old.replacing("plugins: {", with: "plugins: {other: {}, ")
            try TestFiles.write(two, to: "\(scene.directory)/old/app.pipecd.yaml")
            let unclear = try await Binary.run(arguments)
            #expect(unclear.code == 1)
            #expect(unclear.errors.contains("spec.plugins has no \"fleet\"; it has other, k8s"), "\(unclear)")
        }
    }

    @Test(
        "is an error that says what to do, when it cannot be had",
        arguments: [
            (["--running-ref", "none"], "Git has no commit \"none\"; fetch it, or name another"),
            (["--running", "/nowhere"], "/nowhere/app.pipecd.yaml"), ([], "no version is known that ran before"),
            (["--running-ref", "v1", "--running", "x"], "exclude each other"),
        ]
    )
    func unknown(options: [String], part: String) async throws {
        try await withScene { scene in
            try await scene.commit("v1")
            let outcome = try await Binary.run(
                ["stage", "K8S_ROLLBACK", scene.application, "--kubeconfig", scene.kubeconfig] + options
            )
            #expect(outcome.code != 0)
            #expect((outcome.errors + outcome.output).contains(part), "\(outcome)")
        }
    }
}
