import Manifests
import Testing

@testable import FakeKubernetes

@Suite(
    "kubectl against the fake cluster",
    .enabled(if: Tool.kubectl != nil, "kubectl is not installed"),
    .timeLimit(.minutes(5))
)
struct KubectlTests {
    private static func deployment(image: String = "nginx:1", environment: String = "A", extra: String = "") -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: cart, labels: {app: cart}}
        spec:
          replicas: 2
          \(extra)
          selector: {matchLabels: {app: cart}}
          template:
            metadata: {labels: {app: cart}}
            spec:
              containers:
              - {name: cart, image: "\(image)", env: [\(environment.map { "{name: \($0), value: x}" }.joined(separator: ", "))]}
        """
    }

    private static let place = "/apis/apps/v1/namespaces/default/deployments/cart"

    private static func environment(_ cluster: FakeCluster) -> [String] {
        let container = cluster.object(place)?["spec"]?["template"]?["spec"]?["containers"]?.array?.first
        return container?["env"]?.array?.compactMap { $0["name"]?.string } ?? []
    }

    @Test(
        "gets tables, YAML and the types that there are",
        arguments: [FakeCluster.Credential.clientCertificate, .token]
    )
    func get(credential: FakeCluster.Credential) async throws {
        try await KubectlSession.with(credential: credential) { kubectl in
            let nodes = try await kubectl.run("get", "nodes")
            #expect(nodes.output.contains("node-1   Ready"))
            let namespace = try await kubectl.run("get", "namespace", "default", "-o", "yaml")
            #expect(namespace.output.contains("kind: Namespace"))
            #expect(namespace.output.contains("phase: Active"))
            let types = try await kubectl.run("api-resources", "-o", "name")
            #expect(types.output.contains("deployments.apps\n"))
            #expect(types.output.contains("virtualservices.networking.istio.io\n"))
            let missing = try await kubectl.run("get", "deployment", "nothing")
            #expect(missing.errors == "Error from server (NotFound): deployments.apps \"nothing\" not found\n")
        }
    }

    @Test("reads the plain discovery of an old server over HTTP/1.1")
    func old() async throws {
        var options = FakeClusterOptions()
        options.hasAggregatedDiscovery = false
        options.protocols = .http1Only
        try await KubectlSession.with(options) { kubectl in
            let all = try await kubectl.run("get", "deploy,svc,vs", "-A")
            #expect(all.output.contains("service/kubernetes"))
        }
    }

    @Test("applies on its own side: creates, changes, removes, and leaves what is equal")
    func clientSideApply() async throws {
        try await KubectlSession.with { kubectl in
            func apply(_ text: String) async throws -> Tool.Outcome {
                try await kubectl.run("apply", "-f", "-", input: text)
            }
            #expect(try await apply(Self.deployment(environment: "AB")).output == "deployment.apps/cart created\n")
            let version = kubectl.cluster.object(Self.place)?.resourceVersion
            #expect(try await apply(Self.deployment(environment: "AB")).output == "deployment.apps/cart unchanged\n")
            #expect(kubectl.cluster.object(Self.place)?.resourceVersion == version)
            #expect(
                try await apply(Self.deployment(image: "nginx:2", environment: "B")).output
                    == "deployment.apps/cart configured\n"
            )
            #expect(Self.environment(kubectl.cluster) == ["B"])
            let managers = kubectl.cluster.object(Self.place)?["metadata"]?["managedFields"]?.array?.compactMap {
                $0["manager"]?.string
            }
            #expect(managers?.contains("kubectl-client-side-apply") == true)
            let strict = try await apply(Self.deployment(extra: "nope: 1"))
            #expect(strict.errors.contains(#"strict decoding error: unknown field "spec.nope""#))
        }
    }

    @Test("applies on the server's side, with conflicts")
    func serverSideApply() async throws {
        try await KubectlSession.with { kubectl in
            func apply(_ text: String, _ arguments: String...) async throws -> Tool.Outcome {
                let flags = (arguments + ["", ""]).prefix(2)
                let manager = flags.first { !$0.isEmpty && !$0.hasPrefix("--") } ?? "kubectl"
                let force = flags.contains("--force-conflicts") ? "true" : "false"
                return try await kubectl.run(
                    "apply",
                    "--server-side",
                    "--field-manager",
                    manager,
                    "--force-conflicts=\(force)",
                    "-f",
                    "-",
                    input: text
                )
            }
            #expect(try await apply(Self.deployment()).output == "deployment.apps/cart serverside-applied\n")
            let conflict = try await apply(Self.deployment(image: "nginx:2"), "other")
            #expect(!conflict.succeeded)
            #expect(
                conflict.errors.contains(#"conflict with "kubectl": .spec.template.spec.containers[name="cart"].image"#)
            )
            #expect(try await apply(Self.deployment(image: "nginx:2"), "other", "--force-conflicts").succeeded)
            #expect(
                kubectl.cluster.object(Self.place)?["spec"]?["template"]?["spec"]?["containers"]?.array?.first?["image"]
                    == "nginx:2"
            )
        }
    }

    @Test("migrates from its own side to the server's, and removes what was dropped")
    func migration() async throws {
        try await KubectlSession.with { kubectl in
            _ = try await kubectl.run("apply", "-f", "-", input: Self.deployment(environment: "AB"))
            let applied = try await kubectl.run(
                "apply",
                "--server-side",
                "-f",
                "-",
                input: Self.deployment(environment: "A")
            )
            #expect(applied.succeeded, "\(applied.errors)")
            #expect(Self.environment(kubectl.cluster) == ["A"])
        }
    }

    @Test("follows a rollout to its end and goes back")
    func rollout() async throws {
        try await KubectlSession.with { kubectl in
            let stuck = Self.deployment().replacing(
                "metadata: {labels",
                with: "metadata: {annotations: {fake.flotilla.dev/pods: never-ready}, labels"
            )
            _ = try await kubectl.run("apply", "-f", "-", input: stuck)
            kubectl.cluster.clearRequests()
            async let following = kubectl.run("rollout", "status", "deployment/cart", "--timeout", "20s")
            await kubectl.cluster.wait { $0.openWatches > 0 }
            _ = try await kubectl.run("apply", "-f", "-", input: Self.deployment())
            let status = try await following
            #expect(status.output.contains("Waiting for deployment"))
            #expect(status.output.hasSuffix("deployment \"cart\" successfully rolled out\n"))
            _ = try await kubectl.run("set", "image", "deployment/cart", "cart=nginx:2")
            #expect(
                try await kubectl.run("rollout", "undo", "deployment/cart").output
                    == "deployment.apps/cart rolled back\n"
            )
            let history = try await kubectl.run("rollout", "history", "deployment/cart")
            #expect(history.output.contains("4         <none>"))
            let image = try await kubectl.run("get", "deployment", "cart", "-o", "jsonpath={..image}")
            #expect(image.output == "nginx:1")
        }
    }

    @Test("waits for conditions and for the end of what it deletes")
    func waiting() async throws {
        var options = FakeClusterOptions()
        options.podReadyDelay = 300
        try await KubectlSession.with(options) { kubectl in
            _ = try await kubectl.run("apply", "-f", "-", input: Self.deployment())
            let available = try await kubectl.run(
                "wait",
                "--for=condition=Available",
                "deployment/cart",
                "--timeout",
                "20s"
            )
            #expect(available.output == "deployment.apps/cart condition met\n")
            let deleted = try await kubectl.run("delete", "deployment", "cart", "--cascade=foreground")
            #expect(deleted.output == "deployment.apps \"cart\" deleted\n")
            #expect(kubectl.cluster.objects("/api/v1/namespaces/default/pods").isEmpty)
        }
    }

    @Test("watches, printing every change")
    func watch() async throws {
        try await KubectlSession.with { kubectl in
            let maps = "/api/v1/namespaces/default/configmaps"
            async let watching = kubectl.run(
                "get",
                "configmaps",
                "--watch-only",
                "-o",
                "name",
                "--request-timeout",
                "120s"
            )
            await kubectl.cluster.wait { $0.openWatches > 0 }
            kubectl.cluster.perform("POST", maps, Sample.configMap("one"))
            kubectl.cluster.perform("DELETE", "\(maps)/one")
            kubectl.cluster.expireEverything()
            let watched = try await watching
            #expect(watched.output.hasPrefix("configmap/one\nconfigmap/one\n"), "\(watched)")
        }
    }

    @Test("creates namespaces, configuration and workloads with its own commands")
    func create() async throws {
        try await KubectlSession.with { kubectl in
            #expect(try await kubectl.run("create", "namespace", "shop").output == "namespace/shop created\n")
            let again = try await kubectl.run("create", "namespace", "shop")
            #expect(again.errors == "Error from server (AlreadyExists): namespaces \"shop\" already exists\n")
            #expect(try await kubectl.run("-n", "shop", "create", "configmap", "c", "--from-literal=a=1").succeeded)
            #expect(kubectl.cluster.object("/api/v1/namespaces/shop/configmaps/c")?["data"] == ["a": "1"])
            #expect(
                try await kubectl.run("-n", "shop", "create", "secret", "generic", "s", "--from-literal=a=1").succeeded
            )
            #expect(kubectl.cluster.object("/api/v1/namespaces/shop/secrets/s")?["data"] == ["a": "MQ=="])
            #expect(
                try await kubectl.run("-n", "shop", "create", "deployment", "d", "--image=nginx", "--port=80").succeeded
            )
            #expect(try await kubectl.run("-n", "shop", "expose", "deployment", "d").succeeded)
            #expect(try await kubectl.run("-n", "shop", "scale", "deployment", "d", "--replicas=3").succeeded)
            #expect(try await kubectl.run("-n", "shop", "get", "deployment", "d").output.contains("3/3"))
            #expect(try await kubectl.run("delete", "namespace", "shop").output == "namespace \"shop\" deleted\n")
            #expect(kubectl.cluster.object("/api/v1/namespaces/shop") == nil)
        }
    }

    @Test("replaces, labels, and shows differences")
    func edits() async throws {
        try await KubectlSession.with { kubectl in
            _ = try await kubectl.run("apply", "-f", "-", input: Self.deployment())
            #expect(
                try await kubectl.run("label", "deployment", "cart", "team=shop").output
                    == "deployment.apps/cart labeled\n"
            )
            #expect(
                try await kubectl.run("get", "deployment", "-l", "team=shop", "-o", "name").output
                    == "deployment.apps/cart\n"
            )
            let difference = try await kubectl.run("diff", "-f", "-", input: Self.deployment(image: "nginx:2"))
            #expect(
                difference.output.contains("+      - image: nginx:2")
                    || difference.output.contains("+        image: nginx:2")
            )
            #expect(try await kubectl.run("replace", "--force", "-f", "-", input: Self.deployment()).succeeded)
            #expect(try await kubectl.run("explain", "deployment.spec.strategy").output.contains("rollingUpdate"))
            let describe = try await kubectl.run("describe", "deployment", "cart")
            #expect(describe.output.contains("2 desired | 2 updated | 2 total | 2 available"))
        }
    }
}
