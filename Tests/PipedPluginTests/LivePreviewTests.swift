import FakeKubernetes
import Manifests
import PipedAPI
import Testing

@testable import PipedPlugin

@Suite("A plan preview that asks the clusters", .timeLimit(.minutes(5)))
struct LivePreviewTests {
    private static let old = SourceFixture(files: files(image: "registry.test/shop/orders:1.4.0"), commit: "aaaaaaa")

    private static func files(image: String, _ more: [String: String] = [:]) -> [String: String] {
        ["a.yaml": SourceFixture.deployment(image: image), "b.yaml": SourceFixture.configMap()]
            .merging(more) { $1 }
    }

    /// The details of a preview of a version after the old one was deployed, by target.
    private func details(
        _ target: SourceFixture,
        on names: [String] = ["eu"],
        running: SourceFixture = old,
        patience: Duration = .seconds(60),
        prepare: @escaping @Sendable (PluginFixture) async throws -> Void = { _ in }
    ) async throws -> [PipedPlanPreviewResult] {
        try await PluginFixture.with(names) { fixture in
            try await fixture.expect(.stageSuccess, "K8S_SYNC", of: running)
            try await prepare(fixture)
            var request = PipedGetPlanPreviewRequest()
            request.applicationID = "app-orders"
            request.applicationName = "orders"
            request.pipedID = "agent-7"
            request.deployTargets = names
            request.targetDeploymentSource = try target.source(in: fixture.directory)
            request.runningDeploymentSource = try running.source(in: fixture.directory)
            let asked = request
            return try await PluginFixture.serving([PlanPreviewService(fixture.plugin, patience: patience)]) { client in
                try await PipedPlanPreviewService.Client(wrapping: client).getPlanPreview(asked).results
            }
        }
    }

    private func section(_ result: PipedPlanPreviewResult?) -> String {
        let text = result?.text ?? ""
        return text.firstRange(of: "In the cluster").map { String(text[$0.lowerBound...]) } ?? ""
    }

    @Test("tells what is there already, what is not as Git had it, and what goes, without another summary")
    func quickSync() async throws {
        let target = SourceFixture(
            spec: ["plugins: {fleet: {input: {}, quickSync: {prune: true}}}"],
            files: [
                "a.yaml": SourceFixture.deployment(), "c.yaml": SourceFixture.configMap("other"),
                "d.yaml": SourceFixture.configMap("there", level: "debug"),
            ]
        )
        var running = Self.old
        running.files["d.yaml"] = SourceFixture.configMap("there")
        let results = try await details(target, on: ["eu", "us"], running: running) { fixture in
            let maps = "/api/v1/namespaces/default/configmaps"
            fixture.clusters[1].perform(
                "PATCH",
                "\(maps)/there?fieldManager=flotilla",
                ["data": ["LOG_LEVEL": "debug"]],
                contentType: "application/merge-patch+json"
            )
            let path = "/apis/apps/v1/namespaces/default/deployments/orders?fieldManager=flotilla"
            let patch: Value = ["spec": ["replicas": 9]]
            fixture.clusters[1].perform("PATCH", path, patch, contentType: "application/merge-patch+json")
        }
        #expect(Set(results.map(\.summary)) == ["1 added manifests, 1 changed manifests, 1 deleted manifests"])
        #expect(
            section(results.first) == """
                In the cluster, by quick sync:
                  K8S_MULTI_SYNC: 1 created, 1 configured, 1 deleted, 1 unchanged except marks
                - ConfigMap/default/orders-settings

                """,
            "\(results)"
        )
        let second = section(results.last)
        #expect(second.contains("    already as wanted: ConfigMap/default/there\n"), "\(second)")
        #expect(second.contains("    not as Git had it, and put right: Deployment/default/orders\n"), "\(second)")
        #expect(second.contains("-     replicas: 9\n+     replicas: 2\n"), "\(second)")
        #expect(!results.contains { $0.noChange })
    }

    @Test("tells of every stage of a pipeline, and of what a cluster would refuse")
    func pipeline() async throws {
        let stages = "[{name: K8S_CANARY_ROLLOUT}, {name: K8S_PRIMARY_ROLLOUT}, {name: K8S_CANARY_CLEAN}]"
        let target = SourceFixture(
            spec: ["pipeline: {stages: \(stages)}"],
            files: Self.files(image: "registry.test/shop/orders:1.5.0")
        )
        let results = try await details(target, on: ["eu", "us"]) { fixture in
            fixture.clusters[1].inject(
                Fault(
                    .status(code: 403, reason: "Forbidden", message: "no"),
                    verbs: [.patch],
                    resource: "deployments",
                    name: "orders"
                )
            )
        }
        #expect(
            section(results.first) == """
                In the cluster, by pipeline:
                  K8S_CANARY_ROLLOUT: 2 created
                  K8S_PRIMARY_ROLLOUT: 1 configured, 1 unchanged except marks
                  K8S_CANARY_CLEAN: 2 deleted

                """,
            "\(results)"
        )
        let second = section(results.last)
        #expect(
            second.contains("! Deployment/default/orders REFUSED\n    apply Deployment/default/orders: not allowed"),
            "\(second)"
        )
    }

    @Test("keeps the rest, and says so in a line, where a cluster keeps silent or nobody is there")
    func silent() async throws {
        let target = SourceFixture(files: Self.files(image: "registry.test/shop/orders:1.5.0"))
        let stalled = try await details(target, patience: .milliseconds(50)) { fixture in
            fixture.clusters[0].inject(Fault(.stall))
        }
        #expect(section(stalled.first).hasPrefix("In the cluster: not known, no answer within"), "\(stalled)")
        #expect(stalled.map(\.summary) == ["0 added manifests, 1 changed manifests, 0 deleted manifests"])
        #expect(stalled.first?.text.contains("image: registry.test/shop/orders:1.5.0") == true)
        let gone = try await details(target, on: ["eu", "us"]) { fixture in try await fixture.clusters[0].shutdown() }
        #expect(section(gone.first).hasPrefix("In the cluster: not known, eu: "), "\(gone)")
        #expect(section(gone.first).split(separator: "\n").count == 1)
        #expect(section(gone.last).hasPrefix("In the cluster, by "), "\(gone)")
    }

    @Test("asks no cluster when nothing changes in Git, and writes nothing when something does")
    func quiet() async throws {
        let target = SourceFixture(files: Self.files(image: "registry.test/shop/orders:1.5.0"))
        for (target, isAsked) in [(Self.old, false), (target, true)] {
            let results = try await details(target) { $0.clusters[0].clearRequests() }
            #expect(results.map(\.noChange) == [!isAsked])
            #expect(section(results.first).isEmpty != isAsked)
        }
    }

    @Test("says why a deployment would fail before it writes anything")
    func failing() async throws {
        let target = SourceFixture(
            spec: ["plugins: {fleet: {input: {}, quickSync: {prune: true}, maxPrunePercent: 0}}"],
            files: ["a.yaml": SourceFixture.deployment()]
        )
        let results = try await details(target)
        #expect(section(results.first).isEmpty == false)
        #expect(
            results.first?.text.contains("! In the cluster: the deployment would FAIL: K8S_MULTI_SYNC: eu: ") == true,
            "\(results)"
        )
    }
}
