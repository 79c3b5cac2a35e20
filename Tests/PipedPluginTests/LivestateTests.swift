import FakeKubernetes
import GRPCCore
import GRPCNIOTransportHTTP2
import PipedAPI
import Rollouts
import Stages
import TestSupport
import Testing

@testable import PipedPlugin

@Suite("GetLivestate", .timeLimit(.minutes(5)))
struct LivestateTests {
    private typealias Client = PipedLivestateService.Client<HTTP2ClientTransport.Posix>

    private static let source = ExecuteStageTests.running

    /// Runs a body with the service, once the application is deployed to the clusters.
    private static func with(
        _ names: [String] = ["eu", "us"],
        informer: AppStateInformer = AppStateInformer(),
        source: SourceFixture = source,
        _ body: @escaping @Sendable (PluginFixture, Client) async throws -> Void
    ) async throws {
        try await PluginFixture.with(names, informer: informer) { fixture in
            try await fixture.expect(.stageSuccess, "K8S_SYNC", of: source)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await fixture.plugin.liveStates.run() }
                try await PluginFixture.serving([LivestateService(fixture.plugin)]) { client in
                    try await body(fixture, Client(wrapping: client))
                }
                group.cancelAll()
            }
        }
    }

    private static func request(
        _ fixture: PluginFixture,
        _ source: SourceFixture? = source,
        on targets: [String] = ["eu", "us"]
    ) throws -> PipedGetLivestateRequest {
        var request = PipedGetLivestateRequest()
        (request.pipedID, request.applicationID, request.applicationName) = ("agent-7", "app-orders", "orders")
        if let source { request.deploySource = try source.source(in: fixture.directory) }
        request.deployTargets = targets
        return request
    }

    private static func kinds(_ answer: PipedGetLivestateResponse, on target: String) -> [String] {
        answer.applicationLiveState.resources.filter { $0.deployTarget == target }.map(\.resourceType)
    }

    private static let tree = ["ConfigMap", "Pod", "Pod", "Deployment", "ReplicaSet"]

    @Test("shows what runs on every target, and that it is as Git says")
    func synced() async throws {
        try await Self.with { fixture, client in
            let answer = try await client.getLivestate(Self.request(fixture))
            #expect(answer.syncState.status == .synced, "\(answer.syncState)")
            #expect(answer.syncState.reason.isEmpty && answer.syncState.shortReason.isEmpty)
            #expect(answer.syncState.timestamp > 1_700_000_000)
            #expect(answer.applicationLiveState.healthStatus == .healthy)
            for target in ["eu", "us"] { #expect(Self.kinds(answer, on: target) == Self.tree) }
            let resources = answer.applicationLiveState.resources
            #expect(resources.allSatisfy { $0.pluginName == "fleet" && $0.healthStatus == .healthy }, "\(resources)")
            #expect(resources.allSatisfy { !$0.id.isEmpty && $0.createdAt > 0 && $0.updatedAt >= $0.createdAt })
            let ids = Set(resources.map(\.id))
            #expect(resources.filter { !ids.isDisjoint(with: $0.parentIds) }.map(\.resourceType).count == 6)
        }
    }

    @Test("tells what Git and the clusters do not agree about, without waiting for a deployment")
    func outOfSync() async throws {
        try await Self.with { fixture, client in
            var changed = Self.source
            changed.files["a.yaml"] = SourceFixture.deployment(replicas: 3) + "---\n" + SourceFixture.configMap()
            changed.commit = "bbbbbbb"
            let answer = try await client.getLivestate(Self.request(fixture, changed))
            #expect(answer.syncState.status == .outOfSync)
            #expect(answer.syncState.shortReason.contains("[eu] There are 1 manifests not synced"))
            #expect(answer.syncState.reason.contains("at commit bbbbbbb"), "\(answer.syncState.reason)")
            #expect(Self.kinds(answer, on: "us") == Self.tree)
        }
    }

    @Test("INF-05 leaves what the informer excludes out of both sides")
    func excluded() async throws {
        var informer = AppStateInformer()
        informer.excludeResources = [AppStateInformer.Matcher(apiVersion: "v1", kind: "Secret")]
        var source = Self.source
        source.files["b.yaml"] = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: MQ==}\n"
        let files = source
        try await Self.with(["eu"], informer: informer, source: files) { fixture, client in
            #expect(fixture.clusters[0].object("/api/v1/namespaces/default/secrets/s") != nil)
            let answer = try await client.getLivestate(Self.request(fixture, files, on: ["eu"]))
            #expect(answer.syncState.status == .synced, "\(answer.syncState)")
            #expect(Self.kinds(answer, on: "eu") == Self.tree)
        }
    }

    @Test("shows the other targets when one is out of reach, and says why nothing is known of that")
    func away() async throws {
        try await Self.with { fixture, client in
            try TestFiles.write("clusters: 1", to: "\(fixture.directory)/us.kubeconfig")
            let answer = try await client.getLivestate(Self.request(fixture))
            #expect(answer.syncState.status == .unknown)
            #expect(answer.syncState.reason.contains("us.kubeconfig"), "\(answer.syncState)")
            #expect(Self.kinds(answer, on: "eu") == Self.tree)
            #expect(Self.kinds(answer, on: "us") == ["Cluster"])
            #expect(answer.applicationLiveState.healthStatus == .unknown)
        }
    }

    @Test("shows what runs although the application file has a mistake, and tells that")
    func mistake() async throws {
        try await Self.with { fixture, client in
            var broken = Self.source
            broken.spec = ["plugins: {fleet: {servise: {name: a}}}"]
            let answer = try await client.getLivestate(Self.request(fixture, broken))
            #expect(answer.syncState.status == .invalidConfig)
            #expect(answer.syncState.reason.contains("servise"), "\(answer.syncState)")
            #expect(Self.kinds(answer, on: "eu") == Self.tree)
        }
    }

    @Test("shows what runs although a manifest cannot be read, and tells that")
    func badManifest() async throws {
        try await Self.with { fixture, client in
            var broken = Self.source
            broken.files["a.yaml"] = "kind: ["
            let answer = try await client.getLivestate(Self.request(fixture, broken))
            #expect(answer.syncState.status == .invalidConfig)
            #expect(answer.syncState.reason.contains("a.yaml"), "\(answer.syncState)")
            #expect(Self.kinds(answer, on: "eu") == Self.tree)
        }
    }

    @Test(
        "has a verdict and its reason, whatever is asked for",
        arguments: [
            ([], true, true, "has no deploy target"), (["er"], true, true, "did you mean \"eu\""),
            (["eu"], false, true, "no source"), (["eu"], true, false, "no application ID"),
        ] as [([String], Bool, Bool, String)]
    )
    func odd(targets: [String], hasSource: Bool, hasID: Bool, reason: String) async throws {
        try await Self.with { fixture, client in
            var request = try Self.request(fixture, hasSource ? Self.source : nil, on: targets)
            if !hasID { request.applicationID = "" }
            let answer = try await client.getLivestate(request)
            #expect(answer.hasSyncState && answer.syncState.status == .unknown)
            #expect(answer.syncState.shortReason.contains(reason), "\(answer.syncState)")
            #expect(answer.applicationLiveState.resources.isEmpty == (targets != ["eu"] || !hasID))
        }
    }

    @Test("lets go of a cluster that does not answer, when piped does not wait any more")
    func cancelled() async throws {
        try await Self.with { fixture, client in
            fixture.clusters[0].inject(Fault(.stall))
            let request = try Self.request(fixture)
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await client.getLivestate(request) }
                await fixture.clusters[0].wait { seen in seen.requests.contains { $0.path == "/apis" } }
                group.cancelAll()
                await #expect(throws: (any Error).self) { try await group.waitForAll() }
            }
        }
    }
}
