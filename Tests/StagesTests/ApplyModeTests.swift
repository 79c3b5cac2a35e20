import FakeKubernetes
import KubernetesAPI
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("The apply modes", .timeLimit(.minutes(5)))
struct ApplyModeTests {
    /// A manifest with annotations, what is there before, what goes wrong, and the writes that come of it.
    struct Mode: Sendable, CustomTestStringConvertible {
        let id: String
        let annotations: String
        var exists = false
        var refuses: Fault.Verb?
        let writes: [String]

        var testDescription: String { id }
    }

    private static let serverSide = "pipecd.dev/server-side-apply: \"true\""
    private static let inactive = "pipecd.dev/force-sync-by-replace: \"true\", pipecd.dev/sync-by-replace: Enabled"

    private static let modes = [
        Mode(id: "MODE-01", annotations: "", writes: ["PATCH"]),
        Mode(id: "MODE-02", annotations: "", refuses: .patch, writes: ["PATCH"]),
        Mode(id: "MODE-03", annotations: Annotated.forceReplace, exists: true, writes: ["DELETE", "POST"]),
        Mode(id: "MODE-04", annotations: Annotated.forceReplace, writes: ["POST"]),
        Mode(
            id: "MODE-05",
            annotations: "\(Annotated.forceReplace), \(Annotated.replace)",
            exists: true,
            writes: ["DELETE", "POST"]
        ),
        Mode(id: "MODE-06", annotations: Annotated.replace, refuses: .create, writes: ["POST"]),
        Mode(id: "MODE-07", annotations: "\(Annotated.replace), \(serverSide)", exists: true, writes: ["PUT"]),
        Mode(id: "MODE-08", annotations: inactive, writes: ["PATCH"]),
    ]

    @Test("APL-01, MODE-01 to MODE-08 write by the annotations, and nothing else", arguments: modes)
    func mode(_ mode: Mode) async throws {
        try await ApplicationFixture.with(["a.yaml": Annotated.configMap(mode.annotations)]) { application in
            try await Fleet.with(["eu"]) { fleet in
                let cluster = fleet.clusters[0]
                if mode.exists {
                    let old: Value = [
                        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "orders-settings"],
                        "data": ["OLD": "x"],
                    ]
                    #expect(cluster.perform("POST", Path.configMaps, old).code == 201)
                }
                if let verb = mode.refuses { cluster.inject(.forbidden(verbs: [verb], resource: "configmaps")) }
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(cluster.requests.map(\.method).filter { $0 != "GET" } == mode.writes)
                let data = cluster.object("\(Path.configMaps)/orders-settings")?["data"]
                guard let verb = mode.refuses else {
                    #expect(report.outcome == .succeeded, "\(report)")
                    #expect(data == ["LOG_LEVEL": "info", "REGION": "eu"])
                    return
                }
                let word = verb == .create ? "create" : "apply"
                #expect(report.outcome == .failed)
                #expect(
                    report.targets[0].error?.hasPrefix("eu: \(word) ConfigMap/default/orders-settings: not allowed")
                        == true,
                    "\(report)"
                )
                #expect(data == nil)
            }
        }
    }

    @Test("MODE-09 the rest of a phase is written after a failure, one by one, too, and no later phase is")
    func afterFailure() async throws {
        let settings = ["a", "b", "c"].map { Text.configMap.replacing("orders-settings", with: $0) }
        let files = ["a.yaml": (settings + [Text.service()]).joined(separator: "---\n")]
        try await ApplicationFixture.with(files, plugin: "{concurrency: {requests: 1}}") { application in
            try await Fleet.with(["eu"]) { fleet in
                var fault = Fault.forbidden(verbs: [.patch], resource: "configmaps")
                fault.name = "b"
                fleet.clusters[0].inject(fault)
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .failed)
                #expect(report.targets[0].changes.map(\.resource.name) == ["a", "c"])
                #expect(report.targets[0].left.map(\.name) == ["b", "orders"])
                #expect(fleet.clusters[0].requests.allSatisfy { !$0.path.hasSuffix("services/orders") })
            }
        }
    }

    @Test("no step starts after the cluster has stopped to answer")
    func unreachable() async throws {
        let settings = ["a", "b", "c"].map { Text.configMap.replacing("orders-settings", with: $0) }
        let files = ["a.yaml": settings.joined(separator: "---\n")]
        try await ApplicationFixture.with(files, plugin: "{concurrency: {requests: 1}}") { application in
            try await Fleet.with(["eu"]) { fleet in
                fleet.clusters[0].inject(Fault(.stall, verbs: [.patch], times: 1))
                async let end: Void = goDownAtFirstWrite(fleet.clusters[0])
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                await end
                #expect(report.outcome == .failed)
                #expect(report.targets[0].left.map(\.name) == ["a", "b", "c"])
                let error = report.targets[0].error ?? ""
                #expect(error.hasPrefix("eu: apply ConfigMap/default/a: cannot reach 127.0.0.1:"), "\(report)")
                #expect(!error.contains("ConfigMap/default/b"), "\(report)")
            }
        }
    }

    private func goDownAtFirstWrite(_ cluster: FakeCluster) async {
        await cluster.wait { $0.requests.contains { $0.method == "PATCH" } }
        await cluster.goDown()
    }
}
