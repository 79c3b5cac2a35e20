import FakeKubernetes
import GRPCCore
import PipedAPI
import TestSupport
import Testing

@Suite("Planning calls", .timeLimit(.minutes(5)))
struct PlanningCallTests {
    private static let running = SourceFixture(
        spec: ["plugins: {fleet: {}}"],
        files: ["a.yaml": SourceFixture.deployment() + "---\n" + SourceFixture.configMap()],
        commit: "aaaaaaa"
    )

    private static func version(_ manifests: String, spec: [String] = ["plugins: {fleet: {}}"]) -> SourceFixture {
        SourceFixture(spec: spec, files: ["a.yaml": manifests])
    }

    @Test("declare the stages of both families, the long one first")
    func stages() async throws {
        try await PluginFixture.with { fixture in
            let stages = try await fixture.service.fetchDefinedStages(PipedFetchDefinedStagesRequest()).stages
            let names = [
                "SYNC", "ROLLBACK", "CANARY_ROLLOUT", "CANARY_CLEAN", "PRIMARY_ROLLOUT", "BASELINE_ROLLOUT",
                "BASELINE_CLEAN", "TRAFFIC_ROUTING",
            ]
            #expect(stages == names.map { "K8S_MULTI_\($0)" } + names.map { "K8S_\($0)" })
        }
    }

    @Test("tell the images of the new version, each once")
    func versions() async throws {
        let manifests = [
            SourceFixture.deployment(image: "registry.test:5000/shop/orders:1.5.0"),
            SourceFixture.deployment(image: "proxy@sha256:ab12").replacing("name: orders,", with: "name: proxy,"),
            SourceFixture.deployment(image: "registry.test:5000/shop/orders:1.5.0")
                .replacing("name: orders,", with: "name: again,"),
        ]
        try await PluginFixture.with(["eu", "us"]) { fixture in
            var request = PipedDetermineVersionsRequest()
            request.input = try fixture.planInput(Self.version(manifests.joined(separator: "---\n")))
            let versions = try await fixture.service.determineVersions(request).versions
            #expect(versions.map(\.name) == ["proxy", "orders"])
            #expect(versions.map(\.version) == ["sha256:ab12", "1.5.0"])
            #expect(versions.map(\.url) == ["proxy@sha256:ab12", "registry.test:5000/shop/orders:1.5.0"])
        }
    }

    @Test(
        "tell no image where there is none",
        arguments: ["{}", "{input: {multiTargets: [{target: {name: eu}}]}}"]
    )
    func noVersions(block: String) async throws {
        try await PluginFixture.with(["eu", "us"]) { fixture in
            var request = PipedDetermineVersionsRequest()
            request.input = try fixture.planInput(
                Self.version(SourceFixture.configMap(), spec: ["plugins: {fleet: \(block)}"]),
                isStub: true
            )
            #expect(try await fixture.service.determineVersions(request).versions.isEmpty)
        }
    }

    @Test(
        "vote for the strategy, and say why",
        arguments: [
            (SourceFixture.deployment(image: "registry.test/shop/orders:1.5.0"), .pipeline, "orders 1.4.0 -> 1.5.0"),
            (SourceFixture.deployment(replicas: 5), .quickSync, "Deployment/orders 2 -> 5"),
            (SourceFixture.deployment(), .quickSync, "nothing changes"),
        ] as [(String, PipedSyncStrategy, String)]
    )
    func strategy(deployment: String, strategy: PipedSyncStrategy, reason: String) async throws {
        try await PluginFixture.with(["eu", "us"]) { fixture in
            let target = Self.version(deployment + "---\n" + SourceFixture.configMap())
            for isStub in [false, true] {
                var request = PipedDetermineStrategyRequest()
                request.input = try fixture.planInput(target, running: Self.running, isStub: isStub)
                let answer = try await fixture.service.determineStrategy(request)
                #expect(answer.syncStrategy == strategy)
                #expect(answer.summary.contains(reason), "\(answer.summary)")
                #expect(!answer.unsupported)
            }
        }
    }

    @Test("vote for a quick sync where nothing ran before")
    func firstDeployment() async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            var request = PipedDetermineStrategyRequest()
            request.input = try fixture.planInput(Self.running)
            #expect(try await fixture.service.determineStrategy(request).syncStrategy == .quickSync)
        }
    }

    @Test(
        "read a running version that had its mistakes, under another name of the plugin, too",
        arguments: ["plugins: {fleet: {unknown: true}}", "plugins: {kubernetes_multicluster: {}}", "unknown: true"]
    )
    func lenient(spec: String) async throws {
        var running = Self.running
        running.spec = [spec]
        try await PluginFixture.with(["eu"]) { [running] fixture in
            var request = PipedDetermineStrategyRequest()
            let target = Self.version(SourceFixture.deployment(replicas: 5) + "---\n" + SourceFixture.configMap())
            request.input = try fixture.planInput(target, running: running)
            #expect(try await fixture.service.determineStrategy(request).syncStrategy == .quickSync)
        }
    }

    @Test("vote for the pipeline where the running version cannot be read")
    func unreadable() async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            var request = PipedDetermineStrategyRequest()
            request.input = try fixture.planInput(Self.version(SourceFixture.deployment()), running: Self.running)
            request.input.runningDeploymentSource.applicationConfig = .init(Array("{".utf8))
            let answer = try await fixture.service.determineStrategy(request)
            #expect(answer.syncStrategy == .pipeline)
            #expect(answer.summary.contains("cannot be compared: app.pipecd.yaml:2"), "\(answer.summary)")
        }
    }

    @Test("plan for a target that is no longer configured, by its name")
    func unknownTarget() async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            var request = PipedDetermineVersionsRequest()
            request.input = try fixture.planInput(Self.running, targets: ["gone"])
            #expect(try await fixture.service.determineVersions(request).versions.map(\.version) == ["1.4.0"])
        }
    }

    @Test(
        "refuse with one line for each reason",
        arguments: [
            ("unknown: [1", "app.pipecd.yaml:6"),
            ("plugins: {fleet: {quickSnyc: {}, x: 1}}", "did you mean \"quickSync\""),
            ("plugins: {fleet: {input: {manifests: [none.yaml]}}}", "none.yaml"),
            (
                "plugins: {fleet: {input: {multiTargets: [{target: {name: asia}}]}}}",
                "no entry of input.multiTargets is registered; registered are eu"
            ),
        ]
    )
    func refusal(spec: String, text: String) async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            var request = PipedDetermineVersionsRequest()
            request.input = try fixture.planInput(SourceFixture(spec: [spec]))
            let error = await #expect(throws: RPCError.self) {
                _ = try await fixture.service.determineVersions(request)
            }
            #expect(error?.code == .internalError)
            #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
        }
    }

    @Test("refuse a call without the source of the new version")
    func noSource() async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            let error = await #expect(throws: RPCError.self) {
                _ = try await fixture.service.determineStrategy(PipedDetermineStrategyRequest())
            }
            #expect(error?.code == .invalidArgument)
        }
    }
}

extension PluginFixture {
    /// What a planning call is about; of a stub piped tells only whose it is.
    fileprivate func planInput(
        _ target: SourceFixture,
        running: SourceFixture? = nil,
        targets: [String]? = nil,
        isStub: Bool = false
    ) throws -> PipedPlanPluginInput {
        var input = PipedPlanPluginInput()
        input.deployment.pipedID = "agent-7"
        input.deployment.applicationID = "app-orders"
        input.deployment.applicationName = "orders"
        if !isStub {
            input.deployment.id = "deployment-1"
            var chosen = PipedDeployTargets()
            chosen.deployTargets = targets ?? clusters.map(\.name)
            input.deployment.deployTargetsByPlugin["fleet"] = chosen
        }
        input.targetDeploymentSource = try target.source(in: directory)
        if let running { input.runningDeploymentSource = try running.source(in: directory) }
        return input
    }
}
