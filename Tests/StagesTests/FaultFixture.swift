import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import Stages

/// A stage that is to go well, or not, with what must have been done before.
enum FaultStage: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case primary = "K8S_PRIMARY_ROLLOUT"
    case canary = "K8S_CANARY_ROLLOUT"
    case clean = "K8S_CANARY_CLEAN"

    var testDescription: String { rawValue }

    var options: String { self == .canary ? "{createService: true, replicas: 50%}" : "{}" }

    var earlier: [FaultStage] {
        switch self {
        case .primary: []
        case .canary: [.primary]
        case .clean: [.primary, .canary]
        }
    }
}

/// Two clusters with the same objects: one where nothing goes wrong, and one where a test lets things go wrong.
struct FaultFixture: Sendable {
    let application: ApplicationFixture
    let fleet: Fleet
    let stage: FaultStage

    var calm: FakeCluster { fleet.clusters[0] }
    var rough: FakeCluster { fleet.clusters[1] }

    /// Runs a body with the clusters as they are before a stage.
    static func with(
        _ stage: FaultStage,
        options: FakeClusterOptions = FakeClusterOptions(),
        _ body: (FaultFixture) async throws -> Void
    ) async throws {
        let files = ["a.yaml": manifests.joined(separator: "---\n")]
        try await ApplicationFixture.with(files, plugin: plugin) { application in
            try await Fleet.with(["calm", "rough"], options: options) { fleet in
                for cluster in fleet.clusters {
                    for (path, object) in foreign { #expect(cluster.perform("POST", path, object).code == 201) }
                }
                let fixture = FaultFixture(application: application, fleet: fleet, stage: stage)
                for earlier in stage.earlier { try await fixture.succeed(earlier) }
                for cluster in fleet.clusters { cluster.clearRequests() }
                try await body(fixture)
            }
        }
    }

    /// Runs a stage where nothing goes wrong.
    func succeed(_ stage: FaultStage) async throws {
        let report = try await fleet.run(stage.rawValue, stage.options, of: application)
        #expect(report.outcome == .succeeded, "\(report)")
    }

    /// Runs the stage on both clusters, as somebody who knows nothing of them yet.
    func run(
        requestTimeout: Duration = .seconds(60),
        onEvent: @escaping StageEventHandler = { _ in }
    ) async throws -> StageReport {
        var fleet = fleet.fresh
        fleet.connections = .withoutWaits(requestTimeout: requestTimeout)
        return try await fleet.run(stage.rawValue, stage.options, of: application, onEvent: onEvent)
    }

    /// The versions of the objects that are not ours, in the rough cluster.
    var foreignVersions: [String?] {
        Self.foreign.map { path, object in
            let name = object[path: "metadata", "name"]?.string ?? ""
            return rough.object("\(path)/\(name)")?[path: "metadata", "resourceVersion"]?.string
        }
    }

    /// Takes fields of a ConfigMap in the rough cluster, in the name of another manager; none gives them back.
    func applyAsSomeone(_ name: String, data: Value?) {
        var object: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)]]
        object["data"] = data
        let answer = rough.perform(
            "PATCH",
            "\(Path.configMaps)/\(name)?fieldManager=someone&force=true",
            object,
            contentType: "application/apply-patch+yaml"
        )
        #expect(answer.code == 200)
    }

    private static let plugin = "{service: {name: orders}, input: {autoCreateNamespace: true}}"

    private static let manifests = [
        Text.deployment(variant: true), Text.deployment("worker", replicas: 2, variant: true),
        Text.service(variant: true), Text.service("worker", variant: true), Text.configMap,
        Text.configMap.replacing("orders-settings", with: "worker-settings"), Text.secret,
        Text.configMap.replacing("orders-settings", with: "extra-settings, namespace: extra"),
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: orders}\n",
    ]

    /// Objects of others: of another application, its canary included, and of nobody.
    private static let foreign: [(String, Value)] = {
        var canary = Live.object("v1", "ConfigMap", "theirs-canary")
        canary["metadata"]?["annotations"]?["pipecd.dev/application"] = "another"
        canary["metadata"]?["labels"]?["pipecd.dev/application"] = "another"
        for field in ["uid", "resourceVersion"] { canary["metadata"]?[field] = Value?.none }
        let secret: Value = [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "nobodys"], "data": ["a": "YQ=="],
        ]
        let service: Value = [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": "labelled", "labels": ["pipecd.dev/variant": "canary"]],
            "spec": ["ports": [["port": 80]]],
        ]
        return [
            (Path.configMaps, canary), ("/api/v1/namespaces/default/secrets", secret), (Path.services, service),
        ]
    }()
}
