import FakeKubernetes
import KubernetesAPI
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages

@Suite("A canary rollout on clusters", .timeLimit(.minutes(5)))
struct CanaryStageTests {
    private static func database(_ fields: String = "") -> String {
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db}
        spec:
          replicas: 2
          serviceName: db
          selector: {matchLabels: {app: db}}
          template:
            metadata: {labels: {app: db}}
            spec: {containers: [{name: db, image: "registry.test/shop/db:1"}]}\(fields)

        """
    }

    private static let claims = """

          volumeClaimTemplates:
            - metadata: {name: data}
              spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """

    @Test(
        "CAN-10, CAN-05 of what cannot be copied writes nothing",
        arguments: [
            (Text.configMap + "---\n" + database(claims), "{workloads: [{kind: StatefulSet}]}", "{}", "StatefulSet"),
            (
                Text.deployment() + "---\n" + Text.service(), "{service: {name: checkout}}", "{createService: true}",
                "checkout"
            ),
        ]
    )
    func refused(text: String, plugin: String, options: String, word: String) async throws {
        try await ApplicationFixture.with(["a.yaml": text], plugin: plugin) { application in
            try await Fleet.with(["eu"]) { fleet in
                let report = try await fleet.run("K8S_CANARY_ROLLOUT", options, of: application)
                #expect(report.outcome == .failed)
                #expect(report.targets[0].error?.contains(word) == true, "\(report)")
                #expect(fleet.clusters[0].requests.allSatisfy { $0.method == "GET" })
            }
        }
    }

    @Test("copies a StatefulSet without claims; the clean finds it, and the primary stays as it is")
    func statefulSet() async throws {
        let plugin = "{workloads: [{kind: StatefulSet}]}"
        let path = "/apis/apps/v1/namespaces/default/statefulsets"
        try await ApplicationFixture.with(["a.yaml": Self.database()], plugin: plugin) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                let before = fleet.versions(path, ["db"])
                let canary = try await fleet.run("K8S_CANARY_ROLLOUT", "{replicas: 50%}", of: application)
                #expect(canary.outcome == .succeeded, "\(canary)")
                let pods = fleet.clusters[0].objects("/api/v1/namespaces/default/pods")
                #expect(pods.compactMap { $0[path: "metadata", "name"]?.string } == ["db-0", "db-1", "db-canary-0"])
                let view = LiveView(try fleet.connections.client(for: fleet.targets[0], requests: 16))
                let found = try await view.workloads(
                    label: "pipecd.dev/variant",
                    value: "canary",
                    application: "app-orders"
                )
                #expect(found.map(\.key.description) == ["apps:StatefulSet:default:db-canary"])
                let clean = try await fleet.run("K8S_CANARY_CLEAN", of: application)
                #expect(clean.targets[0].changes.map(\.resource.name) == ["db-canary"], "\(clean)")
                #expect(fleet.versions(path, ["db"]) == before)
            }
        }
    }

    @Test("of a StatefulSet is seen by later stages of a dry run")
    func predicted() async throws {
        let plugin = "{workloads: [{kind: StatefulSet}]}"
        try await ApplicationFixture.with(["a.yaml": Self.database() + "---\n" + Text.configMap], plugin: plugin) {
            application in
            let plan = try await application.plan("K8S_CANARY_ROLLOUT")
            let view = PredictedView(OfflineView(target: "eu"), after: plan.clusters)
            let found = try await view.workloads(
                label: "pipecd.dev/variant",
                value: "canary",
                application: "app-orders"
            )
            #expect(found.map(\.key.description) == ["apps:StatefulSet::db-canary"])
        }
    }

    @Test("CAN-15 fails on a target whose kubeconfig cannot be read, or that is not registered")
    func unreadable() async throws {
        let plugin = "{input: {multiTargets: [{target: {name: eu}}, {target: {name: us}}]}}"
        try await ApplicationFixture.with(["a.yaml": Text.deployment()], plugin: plugin) { application in
            let path = "\(application.directory)/none.kubeconfig"
            let targets = [DeployTarget(name: "eu", access: .cluster(path: path, context: nil))]
            let request = try application.request("K8S_CANARY_ROLLOUT", "{replicas: 1}", targets: targets)
            let runner = StageRunner(connections: .withoutWaits(), patience: nil)
            let report = await runner.run(request)
            #expect(report.outcome == .failed)
            #expect(report.targets.map(\.target) == ["eu"] && report.targets[0].outcome == .failed)
            #expect(report.targets[0].error?.contains("none.kubeconfig") == true, "\(report)")
        }
    }

    @Test(
        "BEYOND-13 E16 does not write over the objects of another variant, or of nobody",
        arguments: [
            (Live.object("apps/v1", "Deployment", "orders-canary", variant: "baseline"), "application \"app-orders\""),
            (
                ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "orders-canary"]],
                "nobody we know"
            ),
        ] as [(Value, String)]
    )
    func taken(live: Value, owner: String) async throws {
        try await ApplicationFixture.with(["a.yaml": Text.deployment()]) { application in
            let target = DeployTarget(name: "eu", access: .offline)
            let request = try application.request("K8S_CANARY_ROLLOUT", targets: [target])
            let planner = request.stage.kind.planner
            let input = try #require(try await TargetPreparation(request: request).prepare(with: planner).first).input
            let error = await #expect(throws: StageError.self) { try await planner.plan(input, in: StubView([live])) }
            let text = "eu: Deployment/default/orders-canary is there already and belongs to \(owner)"
            #expect("\(error as Any)".contains(text), "\(error as Any)")
        }
    }

    @Test("E17 E18 leaves what other options made to the clean, which removes all of it")
    func otherOptions() async throws {
        let files = ["a.yaml": Text.deployment() + "---\n" + Text.service()]
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(["eu"]) { fleet in
                for options in ["{suffix: next, createService: true}", "{suffix: canary}"] {
                    let report = try await fleet.run("K8S_CANARY_ROLLOUT", options, of: application)
                    #expect(report.outcome == .succeeded, "\(report)")
                }
                let clean = try await fleet.run("K8S_CANARY_CLEAN", of: application)
                let deleted = Set(clean.targets[0].changes.map(\.resource.shortDescription))
                let expected: Set = [
                    "Service/default/orders-next", "Deployment/default/orders-next", "Deployment/default/orders-canary",
                ]
                #expect(deleted == expected, "\(clean)")
            }
        }
    }

    @Test("says which Services send it traffic at once")
    func notes() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.deployment() + "---\n" + Text.service()]) { application in
            let plan = try await application.plan("K8S_CANARY_ROLLOUT")
            let note = "Service/orders selects the canary's pods, too: they get traffic as soon as they are ready"
            #expect(plan.clusters[0].notes == [note])
        }
    }
}
