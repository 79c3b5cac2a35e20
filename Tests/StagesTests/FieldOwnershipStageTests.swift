import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI
@testable import Stages

/// What a run said on the way.
final class Notes: Sendable {
    private let lines = Lock<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ event: StageEvent) {
        guard case .note(let text) = event.kind else { return }
        lines.withLock { $0.append(text) }
    }
}

@Suite("Fields that others wrote", .timeLimit(.minutes(5)))
struct FieldOwnershipStageTests {
    private static let configMap = "\(Annotated.configMaps)/orders-settings"
    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    @Test("by client-side apply go away with the manifest's, on every cluster, and the run says so")
    func migrated() async throws {
        let files = ["a.yaml": Text.configMap + "---\n" + Text.deployment()]
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(["eu", "us"]) { fleet in
                for cluster in fleet.clusters { try ClientSide.apply(to: cluster) }
                let notes = Notes()
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application) { notes.add($0) }
                #expect(report.outcome == .succeeded, "\(report)")
                for cluster in fleet.clusters {
                    let settings = try #require(cluster.object(Self.configMap))
                    #expect(settings["data"] == ["LOG_LEVEL": "info", "REGION": "eu"])
                    #expect(settings[path: "metadata", "labels", "old"] == nil)
                    #expect(settings[path: "metadata", "annotations", Self.lastApplied] == nil)
                    let workload = try #require(cluster.object("\(Path.deployments)/orders"))
                    let containers = workload[path: "spec", "template", "spec", "containers"]?.array
                    #expect(containers?.first?["env"] == nil)
                    #expect(containers?.first?["image"] == "registry.test/shop/orders:1.4.0")
                    let managers = workload[path: "metadata", "managedFields"]?.array?.compactMap {
                        $0["manager"]?.string
                    }
                    #expect(managers?.contains("kubectl-client-side-apply") == false)
                }
                #expect(notes.all.filter { $0.contains("\"kubectl-client-side-apply\"") }.count == 4, "\(notes.all)")
                #expect(notes.all.contains { $0.contains(".data.DROPPED") }, "\(notes.all)")
                let again = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application) { notes.add($0) }
                #expect(Set(again.targets.flatMap(\.changes).map(\.change)) == [.unchanged])
            }
        }
    }

    @Test("warnings about a Secret are shown when they name a field, for others may hold its values")
    func secretWarnings() {
        let notes = Notes()
        let warnings = WarningLog()
        for kind in ["Secret", "ConfigMap"] {
            let key = ResourceKey(group: "", kind: kind, namespace: "shop", name: "a")
            warnings.say(["unknown field \"dat\"", "\(kind) hunter2 is weak"], of: key) {
                notes.add(StageEvent(stage: "", target: "eu", kind: $0))
            }
        }
        #expect(
            notes.all == [
                "Secret/shop/a: unknown field \"dat\"",
                "Secret/shop/a: a warning of the server (details are hidden: a Secret)",
                "ConfigMap/shop/a: ConfigMap hunter2 is weak",
            ]
        )
    }

    @Test("API-17 warnings of the server are said once for all objects, what was taken over for each")
    func warnings() throws {
        let notes = Notes()
        let engine = HTTPEngine()
        defer { engine.close() }
        let configuration = try Kubeconfig(text: Array(Self.kubeconfig.utf8), path: "k").configuration()
        let writing = ManifestWriting(
            client: ClusterClient(target: "eu", configuration: configuration, engine: engine),
            clock: ContinuousClock(),
            warnings: WarningLog(),
            report: { notes.add(StageEvent(stage: "", target: "eu", kind: $0)) }
        )
        for name in ["a", "b"] {
            let resource = try #require(LiveResource(Live.object("v1", "ConfigMap", name)))
            var applied = Applied(resource: resource, isNew: false, warnings: ["v1 is old", "\(name) is odd"])
            applied.migration = Migration(managers: ["kubectl-client-side-apply"], dropped: [], orphans: [])
            writing.say(applied, of: resource.key)
        }
        let takenOver = "took over the fields of \"kubectl-client-side-apply\", written by client-side apply"
        #expect(
            notes.all == [
                "ConfigMap/default/a: v1 is old", "ConfigMap/default/a: a is odd", "ConfigMap/default/a: \(takenOver)",
                "ConfigMap/default/b: b is odd", "ConfigMap/default/b: \(takenOver)",
            ]
        )
    }

    private static let kubeconfig = """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
        users: [{name: u, user: {token: t}}]

        """

    @Test("by others fail the stage, until the annotation takes them over")
    func conflict() async throws {
        try await Fleet.with(["eu"]) { fleet in
            let theirs: Value = [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "orders-settings"],
                "data": ["LOG_LEVEL": "debug", "THEIRS": "x"],
            ]
            fleet.clusters[0].perform("POST", "\(Annotated.configMaps)?fieldManager=someone", theirs)
            try await ApplicationFixture.with(["a.yaml": Text.configMap]) { application in
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                let error = report.targets[0].error ?? ""
                #expect(report.outcome == .failed)
                #expect(
                    error.hasPrefix("eu: apply ConfigMap/default/orders-settings: .data.LOG_LEVEL is owned by"),
                    "\(error)"
                )
                #expect(error.contains("pipecd.dev/force-conflicts: \"true\""), "\(error)")
            }
            #expect(fleet.clusters[0].object(Self.configMap)?["data"] == theirs["data"])
            let files = ["a.yaml": Annotated.configMap("pipecd.dev/force-conflicts: \"true\"")]
            try await ApplicationFixture.with(files) { application in
                let notes = Notes()
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application) { notes.add($0) }
                #expect(report.outcome == .succeeded, "\(report)")
                let note = "ConfigMap/default/orders-settings: took over .data.LOG_LEVEL from \"someone\""
                #expect(notes.all.contains(note), "\(notes.all)")
            }
            let wanted: Value = ["LOG_LEVEL": "info", "THEIRS": "x", "REGION": "eu"]
            #expect(fleet.clusters[0].object(Self.configMap)?["data"] == wanted)
        }
    }
}
