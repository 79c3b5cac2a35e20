import FakeKubernetes
import PipedAPI
import TestSupport
import Testing

@Suite("Clusters that calls share", .timeLimit(.minutes(5)))
struct SharedClusterTests {
    private static let source = ExecuteStageTests.running

    @Test("are reached with the kubeconfig that there is when a stage begins")
    func rotation() async throws {
        try await PluginFixture.with(["eu"]) { fixture in
            try await fixture.expect(.stageSuccess, "K8S_SYNC", of: Self.source)
            let text = try fixture.clusters[0].rotateClientCertificate()
            try await fixture.expect(.stageFailure, "K8S_SYNC", of: Self.source, id: "old")
            try TestFiles.write(text, to: "\(fixture.directory)/eu.kubeconfig")
            try await fixture.expect(.stageSuccess, "K8S_SYNC", of: Self.source, id: "new")
        }
    }

    @Test("fail alone when their kubeconfig is broken, and only as long as it is")
    func broken() async throws {
        try await PluginFixture.with(["eu", "us"]) { fixture in
            let path = "\(fixture.directory)/us.kubeconfig"
            try TestFiles.write("clusters: 1", to: path)
            try await fixture.expect(.stageFailure, "K8S_SYNC", of: Self.source)
            let lines = fixture.piped.log(of: "stage-1").lines
            #expect(lines.contains { $0.hasPrefix("error: [us] ") && $0.contains("us.kubeconfig") }, "\(lines)")
            try TestFiles.write(fixture.clusters[1].kubeconfigText(), to: path)
            try await fixture.expect(.stageSuccess, "K8S_SYNC", of: Self.source, id: "later")
        }
    }

    @Test("serve many applications at once, also while one of them gives no answer")
    func many() async throws {
        try await PluginFixture.with(["fast", "slow"]) { fixture in
            fixture.clusters[1].inject(Fault(.stall))
            let hanging = try fixture.request("K8S_SYNC", of: Self.source, id: "hanging", on: ["slow"])
            try await withThrowingTaskGroup(of: PipedStageStatus?.self) { group in
                group.addTask { try? await fixture.service.executeStage(hanging).status }
                await fixture.clusters[1].wait { !$0.requests.isEmpty }
                for number in 0..<30 {
                    let source = SourceFixture(
                        spec: ["plugins: {fleet: {}}"],
                        files: ["a.yaml": SourceFixture.configMap("map-\(number)")]
                    )
                    let request = try fixture.request(
                        "K8S_SYNC",
                        of: source,
                        id: "stage-\(number)",
                        on: ["fast"],
                        application: "app-\(number)"
                    )
                    group.addTask { try await fixture.service.executeStage(request).status }
                }
                for _ in 0..<30 {
                    let status = try await group.next()
                    #expect(status == .stageSuccess)
                }
                group.cancelAll()
            }
            for number in 0..<30 { #expect(fixture.clusters[0].object("\(Path.configMaps)/map-\(number)") != nil) }
        }
    }
}
