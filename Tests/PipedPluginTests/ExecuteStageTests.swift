import FakeKubernetes
import GRPCCore
import Manifests
import PipedAPI
import Testing

@Suite("ExecuteStage", .timeLimit(.minutes(5)))
struct ExecuteStageTests {
    static let running = SourceFixture(
        spec: ["plugins: {fleet: {}}"],
        files: ["a.yaml": SourceFixture.deployment() + "---\n" + SourceFixture.configMap()],
        commit: "aaaaaaa"
    )
    static let target = SourceFixture(
        spec: ["plugins: {fleet: {quickSync: {prune: true}}}"],
        files: ["a.yaml": SourceFixture.deployment(image: "registry.test/shop/orders:1.5.0")]
    )

    @Test("runs a quick sync on every target", arguments: ["K8S_SYNC", "K8S_MULTI_SYNC"])
    func quickSync(stage: String) async throws {
        try await PluginFixture.with(["eu", "us"]) { fixture in
            try await fixture.expect(.stageSuccess, stage, of: Self.running)
            try await fixture.expect(.stageSuccess, stage, of: Self.target, id: "stage-2")
            for cluster in fixture.clusters {
                let deployment = try #require(cluster.object("\(Path.deployments)/orders"))
                let annotations = deployment[path: "metadata", "annotations"]
                #expect(annotations?["pipecd.dev/piped"] == "agent-7")
                #expect(annotations?["pipecd.dev/application"] == "app-orders")
                #expect(annotations?["pipecd.dev/commit-hash"] == "bbbbbbb")
                // The options are those of `quickSync`.
                #expect(cluster.object("\(Path.configMaps)/orders-settings") == nil)
            }
            let log = fixture.piped.log(of: "stage-2")
            #expect(log.isClosed)
            #expect(log.lines.first == "\(stage) of orders (app-orders) at commit bbbbbbb on eu, us")
            #expect(log.lines.contains("manifests: the files of the application directory"))
            #expect(log.lines.contains("success: [us] Deployment/default/orders configured"), "\(log.lines)")
        }
    }

    @Test("runs the stages of a pipeline with their options, one after the other")
    func pipeline() async throws {
        var target = Self.target
        target.spec += ["pipeline: {stages: [{name: K8S_CANARY_ROLLOUT}, {name: K8S_PRIMARY_ROLLOUT}]}"]
        try await PluginFixture.with(["eu", "us"]) { [target] fixture in
            try await fixture.expect(.stageSuccess, "K8S_SYNC", of: Self.running)
            try await fixture.expect(
                .stageSuccess,
                "K8S_CANARY_ROLLOUT",
                "{\"replicas\": 1, \"suffix\": \"new\"}",
                of: target
            )
            for cluster in fixture.clusters { #expect(cluster.object("\(Path.deployments)/orders-new") != nil) }
            for stage in ["K8S_PRIMARY_ROLLOUT", "K8S_CANARY_CLEAN"] {
                try await fixture.expect(.stageSuccess, stage, "{}", of: target, running: Self.running)
            }
            for cluster in fixture.clusters {
                #expect(cluster.object("\(Path.deployments)/orders-new") == nil)
                // A stage without options does not take those of `quickSync`.
                #expect(cluster.object("\(Path.configMaps)/orders-settings") != nil)
            }
        }
    }

    @Test("goes on showing the traffic that a stage brings about when it is done")
    func traffic() async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            _ = try await fixture.run("K8S_TRAFFIC_ROUTING", "{\"canary\": 30}", of: Self.target)
            let text = fixture.piped.log(of: "stage-1").metadata["pipecd/stage-display-metadata"] ?? ""
            #expect(text.hasPrefix("primary 70%, canary 30%, baseline 0%; "), "\(text)")
        }
    }

    @Test("does nothing again when it is run again")
    func again() async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            for _ in 0..<2 {
                let status = try await fixture.run("K8S_SYNC", of: Self.running)
                #expect(status == .stageSuccess)
            }
            let lines = fixture.piped.log(of: "stage-1").lines
            #expect(lines.contains("[eu] Deployment/default/orders unchanged"), "\(lines)")
        }
    }

    @Test("fails, and says where and why, when a cluster refuses")
    func failure() async throws {
        try await PluginFixture.with(["eu", "us"]) { fixture in
            fixture.clusters[1].inject(.forbidden(verbs: [.patch, .create]))
            try await fixture.expect(.stageFailure, "K8S_SYNC", of: Self.running)
            #expect(fixture.clusters[0].object("\(Path.deployments)/orders") != nil)
            let lines = fixture.piped.log(of: "stage-1").lines
            #expect(lines.contains { $0.hasPrefix("error: [us] ") && $0.contains("cannot do this") }, "\(lines)")
        }
    }

    @Test("reads the application file as it stands in Git, and manifests from the directory")
    func applicationFile() async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            var request = try fixture.request("K8S_SYNC", of: Self.running)
            let text = Self.running.applicationFile.replacing("{fleet: {}}", with: "{fleet: {input: {namespace: git}}}")
            request.input.targetDeploymentSource.applicationConfig = .init(Array(text.utf8))
            #expect(fixture.clusters[0].perform("POST", "/api/v1/namespaces", namespace("git")).code == 201)
            let status = try await fixture.service.executeStage(request).status
            #expect(status == .stageSuccess)
            #expect(fixture.clusters[0].object("/api/v1/namespaces/git/configmaps/orders-settings") != nil)
        }
    }

    @Test("refuses a call that names no stage, because nobody could read why", arguments: [true, false])
    func noID(hasDeployment: Bool) async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            var request = try fixture.request("K8S_SYNC", of: Self.running, id: hasDeployment ? "" : "stage-1")
            if !hasDeployment { request.input.deployment.id = "" }
            let sent = request
            let error = await #expect(throws: RPCError.self) {
                _ = try await fixture.service.executeStage(sent)
            }
            #expect(error?.code == .invalidArgument)
        }
    }

    private func namespace(_ name: String) -> Value {
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
    }
}
