import FakeKubernetes
import KubernetesAPI
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("Namespaces", .timeLimit(.minutes(5)))
struct NamespaceCreationTests {
    private static let namespaces = "/api/v1/namespaces"
    private static let shop: Value = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"]]
    private static let creating = "{input: {autoCreateNamespace: true}}"

    /// ConfigMaps in the namespace `shop`.
    private static func settings(_ names: String...) -> [String: String] {
        let manifests = names.map { Text.configMap.replacing("orders-settings", with: "\($0), namespace: shop") }
        return ["a.yaml": manifests.joined(separator: "---\n")]
    }

    /// Rolls out to one cluster.
    ///
    /// - Returns: The report, and the methods of the requests about namespaces themselves.
    private func run(
        _ files: [String: String],
        plugin: String = creating,
        exists: Bool = false,
        fault: Fault? = nil
    ) async throws -> (report: TargetReport, requests: [String]) {
        try await ApplicationFixture.with(files, plugin: plugin) { application in
            try await Fleet.with(["eu"]) { fleet in
                let cluster = fleet.clusters[0]
                if exists { #expect(cluster.perform("POST", Self.namespaces, Self.shop).code == 201) }
                if let fault { cluster.inject(fault) }
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                let paths = [Self.namespaces, "\(Self.namespaces)/shop"]
                return (report.targets[0], cluster.requests.filter { paths.contains($0.path) }.map(\.method))
            }
        }
    }

    @Test("NSC-01 are not looked at when they are not to be made")
    func off() async throws {
        let (report, requests) = try await run(Self.settings("a"), plugin: "{}", exists: true)
        #expect(report.changes.map(\.resource.kind) == ["ConfigMap"], "\(report)")
        #expect(requests.isEmpty)
    }

    @Test("NSC-02 NSC-06, BEYOND-24 are made when they are missing, once for all objects")
    func missing() async throws {
        let (report, requests) = try await run(Self.settings("a", "b", "c"))
        #expect(report.outcome == .succeeded, "\(report)")
        #expect(report.changes.map(\.resource.kind) == ["Namespace", "ConfigMap", "ConfigMap", "ConfigMap"])
        #expect(report.changes.map(\.change) == [.created, .created, .created, .created])
        #expect(requests == ["GET", "POST"])
    }

    @Test("are left alone when they are there")
    func there() async throws {
        let (report, requests) = try await run(Self.settings("a"), exists: true)
        #expect(report.changes.map(\.change) == [.unchanged, .created], "\(report)")
        #expect(requests == ["GET"])
    }

    @Test("NSC-03, APL-06 that somebody else makes in that moment are as good")
    func madeMeanwhile() async throws {
        let other = Fault.OtherRequest("POST", Self.namespaces, Self.shop)
        let fault = Fault(.precededBy([other]), verbs: [.create], resource: "namespaces", times: 1)
        let (report, requests) = try await run(Self.settings("a"), fault: fault)
        #expect(report.outcome == .succeeded, "\(report)")
        #expect(report.changes.map(\.change) == [.unchanged, .created])
        #expect(requests == ["GET", "POST"])
    }

    @Test("NSC-04, APL-07 that may not be made fail the stage, and nothing is written")
    func refused() async throws {
        let fault = Fault.forbidden(verbs: [.create], resource: "namespaces")
        let (report, requests) = try await run(Self.settings("a"), fault: fault)
        #expect(report.outcome == .failed)
        #expect(report.error?.hasPrefix("eu: create Namespace/shop: not allowed") == true, "\(report)")
        #expect(report.changes.isEmpty)
        #expect(report.left.map(\.kind) == ["Namespace", "ConfigMap"])
        #expect(requests == ["GET", "POST"])
    }

    @Test("APL-09 that are made do not hide that an object is refused")
    func objectRefused() async throws {
        let fault = Fault.forbidden(verbs: [.patch], resource: "configmaps")
        let (report, requests) = try await run(Self.settings("a"), fault: fault)
        #expect(report.outcome == .failed)
        #expect(report.changes.map(\.resource.kind) == ["Namespace"])
        #expect(report.left.map(\.kind) == ["ConfigMap"])
        #expect(requests == ["GET", "POST"])
    }

    @Test("NSC-05, BEYOND-24 are not asked for by an object without one")
    func clusterScoped() async throws {
        let role = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: orders-reader}
            rules: []

            """
        let (report, requests) = try await run(["a.yaml": role])
        #expect(report.changes.map(\.resource.kind) == ["ClusterRole"], "\(report)")
        #expect(requests.isEmpty)
    }
}
