import FakeKubernetes
import KubernetesAPI
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages

extension Fleet {
    /// Runs a stage that is to succeed.
    func succeed(_ stage: String, of application: ApplicationFixture) async throws {
        let report = try await run(stage, of: application)
        #expect(report.outcome == .succeeded, "\(report)")
    }
}

/// Autoscalers of the tests.
enum Scaler {
    static let path = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers"
    static let text = """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: orders}
        spec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: orders}}

        """

    /// Does what an autoscaler does.
    static func scale(_ cluster: FakeCluster, to pods: Int) {
        let path = "\(Path.deployments)/orders/scale?fieldManager=kube-controller-manager"
        let body: Value = ["spec": ["replicas": .int(pods)]]
        #expect(cluster.perform("PATCH", path, body, contentType: "application/merge-patch+json").code == 200)
    }

    static func replicas(_ cluster: FakeCluster) -> Int? {
        cluster.object("\(Path.deployments)/orders")?[path: "spec", "replicas"]?.int
    }

    /// Makes an autoscaler that is not in Git.
    static func make(in cluster: FakeCluster) throws {
        let object = try YAML.documents(in: Array(text.utf8), file: "hpa").first?.value
        #expect(cluster.perform("POST", path, object).code == 201)
    }
}

@Suite("With an autoscaler, a rollout", .timeLimit(.minutes(5)))
struct AutoscalingTests {
    /// How the number of pods came about, and what a rollout sends.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var version = "v1.32.0"
        var isInGit = true
        var scaledTo: Int?
        var annotations = "{}"
        /// The number in Git at the second rollout, `nil` for none.
        var inGit: Int? = 2
        /// What the second rollout sends, `nil` for nothing.
        let sent: Int?
        let live: Int

        var testDescription: String { name }
    }

    private static let cases = [
        Case(name: "leaves the field out where the autoscaler owns it", scaledTo: 7, sent: nil, live: 7),
        Case(name: "finds one that is not in Git", isInGit: false, scaledTo: 7, sent: nil, live: 7),
        Case(name: "sends the live number while only we own it", sent: 4, live: 4),
        Case(name: "sends it, too, when Git has none any more", inGit: nil, sent: 4, live: 4),
        Case(name: "leaves out what Git has no more", scaledTo: 7, inGit: nil, sent: nil, live: 7),
        Case(name: "sends it where scaling leaves no trace", version: "v1.20.2", scaledTo: 7, sent: 7, live: 7),
        Case(
            name: "sends it with an object that is replaced",
            scaledTo: 7,
            annotations: "{pipecd.dev/sync-by-replace: enabled}",
            sent: 7,
            live: 7
        ),
    ]

    @Test("never resets the number of pods", arguments: cases, ["K8S_PRIMARY_ROLLOUT", "K8S_SYNC"])
    func keeps(_ example: Case, stage: String) async throws {
        var options = FakeClusterOptions()
        options.version = example.version
        try await Fleet.with(["eu"], options: options) { fleet in
            let cluster = fleet.clusters[0]
            let scaler = example.isInGit ? "---\n" + Scaler.text : ""
            try await ApplicationFixture.with(["a.yaml": Text.deployment() + scaler]) { application in
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
            }
            #expect(Scaler.replicas(cluster) == 4)
            if !example.isInGit { try Scaler.make(in: cluster) }
            if let pods = example.scaledTo { Scaler.scale(cluster, to: pods) }
            let workload = Text.deployment()
                .replacing("  replicas: 4\n", with: example.inGit.map { "  replicas: \($0)\n" } ?? "")
                .replacing("labels: {app: orders}}\nspec", with: "annotations: \(example.annotations)}\nspec")
            try await ApplicationFixture.with(["a.yaml": workload + scaler]) { application in
                let runner = StageRunner(connections: fleet.connections)
                let plan = try await runner.plan(application.request(stage, targets: fleet.targets))
                let manifest = try #require(plan.clusters[0].manifests.first { $0.kind == "Deployment" })
                #expect(manifest[path: "spec", "replicas"]?.int == example.sent)
                let note =
                    "Deployment/orders: \(example.live) pods are left to HorizontalPodAutoscaler/default/orders"
                #expect(plan.clusters[0].notes == [note])
                try await fleet.succeed(stage, of: application)
                #expect(Scaler.replicas(cluster) == example.live)
                try await fleet.succeed(stage, of: application)
                #expect(Scaler.replicas(cluster) == example.live)
            }
        }
    }

    @Test("back leaves the number of pods, also when the workload must be made anew", arguments: [false, true])
    func rollback(isRecreated: Bool) async throws {
        var new = Text.deployment(image: "registry.test/shop/orders:1.5.0", replicas: 2)
        if isRecreated {
            new = new.replacing("metadata: {name", with: "metadata: {annotations: {\(Annotated.forceReplace)}, name")
            new = new.replacing("abels: {app: orders}}\n", with: "abels: {app: orders, tier: new}}\n")
        }
        let running = VersionText(Text.deployment(), Scaler.text)
        try await VersionsFixture.with(running: running, target: VersionText(new, Scaler.text)) { versions in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.deployRunning(versions)
                Scaler.scale(fleet.clusters[0], to: 7)
                try await fleet.succeed("K8S_SYNC", of: versions)
                #expect(fleet.deployments() == ["orders 1.5.0×7"])
                Scaler.scale(fleet.clusters[0], to: 6)
                let notes = Notes()
                let report = try await fleet.run("K8S_ROLLBACK", of: versions) { notes.add($0) }
                #expect(report.outcome == .succeeded, "\(report)")
                #expect(fleet.deployments() == ["orders 1.4.0×6"])
                #expect(notes.all.contains { $0.contains("is made anew") } == isRecreated, "\(notes.all)")
            }
        }
    }

    @Test("takes over the number that a client-side apply wrote, and does not reset it")
    func clientSide() async throws {
        try await Fleet.with(["eu"]) { fleet in
            let text = Text.deployment(replicas: 5)
            var workload = try #require(try YAML.documents(in: Array(text.utf8), file: "workload").first?.value)
            let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
            try workload.set(.string("{}"), at: ["metadata", "annotations", lastApplied])
            let path = "\(Path.deployments)?fieldManager=kubectl-client-side-apply"
            #expect(fleet.clusters[0].perform("POST", path, workload).code == 201)
            let files = ["a.yaml": Text.deployment() + "---\n" + Scaler.text]
            try await ApplicationFixture.with(files) { application in
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .succeeded, "\(report)")
                #expect(Scaler.replicas(fleet.clusters[0]) == 5)
            }
        }
    }

    @Test("does not ask for the type of an object with a number of its own before it is defined")
    func newType() async throws {
        let widgets = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.acme.test}
            spec:
              group: acme.test
              scope: Namespaced
              names: {plural: widgets, kind: Widget}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            ---
            apiVersion: acme.test/v1
            kind: Widget
            metadata: {name: w}
            spec: {replicas: 3}

            """
        try await ApplicationFixture.with(["a.yaml": widgets]) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                let widget = fleet.clusters[0].object("/apis/acme.test/v1/namespaces/default/widgets/w")
                #expect(widget?[path: "spec", "replicas"] == 3)
            }
        }
    }

    @Test("without one sends the number in Git, whatever is live")
    func withoutAutoscaler() async throws {
        let live = Live.deployment("orders", variant: "primary", ready: 2)
        let scaled = try await scaled(Text.deployment(), in: StubView([live]))
        #expect(scaled.manifests[0][path: "spec", "replicas"] == 4)
        #expect(scaled.notes.isEmpty)
    }

    @Test(
        "knows the autoscalers of KEDA, in Git or live, which mean a Deployment by default",
        arguments: [true, false]
    )
    func keda(isInGit: Bool) async throws {
        let keda = """
            apiVersion: keda.sh/v1alpha1
            kind: ScaledObject
            metadata: {name: queue, namespace: default}
            spec: {scaleTargetRef: {name: orders}}

            """
        let live = try YAML.documents(in: Array(keda.utf8), file: "keda").compactMap(\.value)
        let view = StubView([Live.deployment("orders", variant: "primary", ready: 2)] + (isInGit ? [] : live))
        let scaled = try await scaled(Text.deployment() + (isInGit ? "---\n" + keda : ""), in: view)
        #expect(scaled.manifests[0][path: "spec", "replicas"] == 2)
        #expect(scaled.notes == ["Deployment/orders: 2 pods are left to ScaledObject/default/queue"])
    }

    @Test("offline keeps the number in Git and says that a live one is left alone")
    func offline() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.deployment() + "---\n" + Scaler.text]) { application in
            let cluster = try await application.plan("K8S_PRIMARY_ROLLOUT").clusters[0]
            #expect(cluster.manifests.first?[path: "spec", "replicas"] == 4)
            let note =
                "Deployment/orders: a live number of pods is left to HorizontalPodAutoscaler/orders"
            #expect(cluster.notes == [note])
        }
    }

    @Test(
        "asks for autoscalers once, in the namespace of the workloads, and only when there are workloads",
        arguments: [(Text.deployment() + "---\n" + Text.deployment("b"), 1), (Text.configMap, 0)]
    )
    func requests(text: String, lists: Int) async throws {
        try await ApplicationFixture.with(["a.yaml": text]) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                let asked = fleet.clusters[0].requests.map(\.path).filter { $0.contains("autoscalers") }
                #expect(asked == Array(repeating: Scaler.path, count: lists))
            }
        }
    }

    @Test("says so when it may not look for autoscalers, and minds those in Git")
    func forbidden() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.deployment() + "---\n" + Scaler.text]) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                Scaler.scale(fleet.clusters[0], to: 7)
                fleet.clusters[0].inject(.forbidden(verbs: [.list], resource: "horizontalpodautoscalers", times: 1))
                let notes = Notes()
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application) { notes.add($0) }
                #expect(report.outcome == .succeeded, "\(report)")
                let start = "autoscalers that are not among the manifests were not looked for: eu: list"
                #expect(notes.all.contains { $0.hasPrefix(start) }, "\(notes.all)")
                #expect(Scaler.replicas(fleet.clusters[0]) == 7)
            }
        }
    }

    @Test(
        "is what a canary's percentage is of: the live number of pods",
        arguments: [("{replicas: 50%}", true, 4), ("{replicas: 50%}", false, 2), ("{replicas: 3}", true, 3)]
    )
    func canary(options: String, hasAutoscaler: Bool, pods: Int) async throws {
        let files = ["a.yaml": Text.deployment() + (hasAutoscaler ? "---\n" + Scaler.text : "")]
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                Scaler.scale(fleet.clusters[0], to: 7)
                let notes = Notes()
                let report = try await fleet.run("K8S_CANARY_ROLLOUT", options, of: application) { notes.add($0) }
                #expect(report.outcome == .succeeded, "\(report)")
                let copy = fleet.clusters[0].object("\(Path.deployments)/orders-canary")
                #expect(copy?[path: "spec", "replicas"]?.int == pods)
                let note =
                    "Deployment/orders: 7 live pods, decided by HorizontalPodAutoscaler/default/orders, count as 100%"
                #expect(notes.all.contains(note) == (pods == 4))
            }
        }
    }

    @Test("for a canary does not change a workload that is not copied")
    func otherWorkload() async throws {
        let text = Text.deployment("worker") + "---\n" + Text.deployment() + "---\n" + Scaler.text
        let plugin = "{workloads: [{name: worker}]}"
        try await ApplicationFixture.with(["a.yaml": text], plugin: plugin) { application in
            let view = StubView([Live.deployment("orders", variant: "primary", ready: 2)])
            let input = try await Self.input(application)
            let workloads = Selection.workloads(in: input.manifests, input.spec.workloads)
            let scaled = try await Autoscaling(input: input, view: view)
                .countingPods(in: input.manifests, of: workloads)
            #expect(scaled.manifests == input.manifests)
            #expect(scaled.notes.isEmpty)
        }
    }

    private func scaled(_ text: String, in view: StubView) async throws -> Autoscaling.Scaled {
        try await ApplicationFixture.with(["a.yaml": text]) { application in
            let input = try await Self.input(application)
            return try await Autoscaling(input: input, view: view).leavingPods(in: input.manifests)
        }
    }

    private static func input(_ application: ApplicationFixture) async throws -> PlanInput {
        let target = DeployTarget(name: "eu", access: .offline)
        let request = try application.request("K8S_PRIMARY_ROLLOUT", targets: [target])
        return try #require(try await TargetPreparation(request: request).prepare(with: PrimaryRolloutStage()).first)
            .input
    }
}
