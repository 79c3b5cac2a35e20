import FakeKubernetes
import Manifests
import TestSupport
import Testing

/// What the command prints or writes down must not hold any of these.
@Suite("No value of a Secret", .timeLimit(.minutes(5)))
struct SecretTests {
    private static let application = """
        apiVersion: pipecd.dev/v1beta1
        kind: Application
        spec:
          name: orders
          plugins: {kubernetes_multicluster: {input: {namespace: orders, autoCreateNamespace: true}}}
          pipeline: {stages: [{name: K8S_CANARY_ROLLOUT}, {name: K8S_PRIMARY_ROLLOUT}, {name: K8S_CANARY_CLEAN}]}
        """

    /// A Secret in a List with its value in every place, and a workload that uses it.
    private static func objects(_ value: String) -> String {
        """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: v1
          kind: Secret
          metadata:
            name: orders-db
            annotations:
              kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"token":"\(value)"}}'
              note: \(value)
          data: {key: \(base64(value))}
          stringData: {token: \(value)}
        - apiVersion: apps/v1
          kind: Deployment
          metadata: {name: orders}
          spec:
            selector: {matchLabels: {app: orders}}
            template:
              metadata: {labels: {app: orders}}
              spec: {containers: [{name: web, image: "shop/orders:1", envFrom: [{secretRef: {name: orders-db}}]}]}
        """
    }

    /// The encoded forms of the values, without Foundation.
    private static func base64(_ value: String) -> String { value == "hunter1" ? "aHVudGVyMQ==" : "aHVudGVyMg==" }

    private func expectNone(_ texts: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        for text in texts {
            #expect(!text.contains("hunter") && !text.contains("aHVudGVy"), "\(text)", sourceLocation: sourceLocation)
        }
    }

    private func withApplication(_ objects: String, _ body: (String) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            try TestFiles.write(Self.application, to: "\(directory)/app/app.pipecd.yaml")
            try TestFiles.write(objects, to: "\(directory)/app/orders.yaml")
            try await body(directory)
        }
    }

    @Test("is in a plan", arguments: ["text", "json", "yaml"])
    func plans(format: String) async throws {
        try await withApplication(Self.objects("hunter2")) { directory in
            let offline = ["\(directory)/app", "--offline", "eu", "-o", format]
            let commands = [
                ["plan"], ["run", "--dry-run"], ["stage", "K8S_CANARY_ROLLOUT", "--dry-run"],
                ["stage", "K8S_PRIMARY_ROLLOUT", "--dry-run"], ["stage", "K8S_SYNC", "--dry-run"],
            ]
            for command in commands {
                let outcome = try await Binary.run(command + offline)
                #expect(outcome.code == 0 && outcome.output.contains("orders-db"), "\(outcome)")
                expectNone(outcome.output, outcome.errors)
            }
        }
    }

    @Test(
        "is in what is said about files that cannot be read or used",
        arguments: [
            "stringData: {a: *hunter2}", "stringData: {a: &hunter2}", "stringData: {a: !hunter2 x}",
            "stringData: {a: !!int hunter2}", "stringData: {a: !!binary hunter2}", "stringData: {a: @hunter2}",
            "stringData: {a: %hunter2}", "stringData: {a: \"hunter2}", "stringData: {a: \"hunter2\\q\"}",
            "stringData: {a: hunter2: x}", "stringData: {a: hunter2, a: hunter2}", "stringData: [hunter2]",
            "stringData: hunter2", "stringData:\n  a: hunter2\n hunter2", "stringData: {a: hunter2",
            "data: {a: hunter2!}",
            "data: {a: [hunter2]}", "data: [hunter2]", "immutable: hunter2", "type: [hunter2]",
            "stringData: {? [hunter2] : a}",
        ]
    )
    func problems(fields: String) async throws {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: orders-db}\n\(fields)\n"
        try await withApplication(Self.objects("x").replacing("orders-db", with: "other") + "\n---\n" + secret) {
            directory in
            for command in [["validate"], ["plan", "--offline", "eu"], ["run", "--dry-run", "--offline", "eu"]] {
                let outcome = try await Binary.run(command + ["\(directory)/app"])
                #expect(!(outcome.output + outcome.errors).isEmpty)
                expectNone(outcome.output, outcome.errors)
            }
        }
    }

    @Test("is in what a run, a dry run on the server and a refusal print, nor in a journal")
    func cluster() async throws {
        try await withApplication(Self.objects("hunter1")) { directory in
            try await withFakeCluster("eu") { cluster in
                let kubeconfig = "\(directory)/eu"
                try TestFiles.write(cluster.kubeconfigText(), to: kubeconfig)
                let journal = "\(directory)/journal"
                func run(_ more: [String]) async throws -> Binary.Outcome {
                    let arguments = ["\(directory)/app", "--kubeconfig", kubeconfig, "--commit", "c0ffee1"]
                    let outcome = try await Binary.run(more + arguments, state: "\(directory)/state")
                    expectNone(outcome.output, outcome.errors)
                    return outcome
                }
                #expect(try await run(["run", "--journal", journal]).code == 0)
                #expect(
                    cluster.object("/api/v1/namespaces/orders/secrets/orders-db")?["data"]?["token"] == "aHVudGVyMQ=="
                )
                let again = try await run(["stage", "K8S_PRIMARY_ROLLOUT", "-o", "json"])
                #expect(!again.output.contains("configured"), "\(again.output)")

                try TestFiles.write(Self.objects("hunter2"), to: "\(directory)/app/orders.yaml")
                for format in ["text", "json", "yaml"] {
                    let stage = ["stage", "K8S_PRIMARY_ROLLOUT", "--dry-run=server", "-o", format]
                    #expect(try await run(stage).output.contains("data.token"))
                    #expect(try await run(["plan", "-o", format]).code == 0)
                }
                let refusals = [
                    (422, "Secret \"orders-db\" is invalid: data[token]: Invalid value: \"aHVudGVyMg==\": hunter2"),
                    (403, "admission webhook \"passwords\" denied the request: hunter2 is weak"),
                    (400, "strict decoding error: unknown field \"hunter2\""),
                ]
                for (code, message) in refusals {
                    cluster.inject(
                        Fault(
                            .status(code: code, reason: "Invalid", message: message),
                            verbs: [.patch],
                            resource: "secrets"
                        )
                    )
                    let second = "\(directory)/journal-\(code)"
                    #expect(try await run(["run", "--journal", second]).code == 1)
                    expectNone(try TestFiles.text(second))
                    #expect(try await run(["stage", "K8S_PRIMARY_ROLLOUT", "--dry-run=server"]).code == 1)
                    cluster.clearFaults()
                }
                expectNone(try TestFiles.text(journal))
            }
        }
    }
}
