import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

/// The comparison of live objects with Git, nobody being asked.
enum LocalDrift {
    static func of(_ live: String, _ git: String, target: String = "eu") async throws -> TargetDrift {
        let ownership = try Ownership(piped: "", application: "app-1", commit: "", deployTarget: target)
        let judge = ObjectJudge(client: nil, rules: DriftRules(), ownership: ownership)
        let wanted = try YAML.documents(in: Array(git.utf8), file: "git").filter { !$0.value.isNull }
        let found = try YAML.documents(in: Array(live.utf8), file: "live").filter { !$0.value.isNull }
        let pairs = DriftPairs(
            wanted: try wanted.map { WantedObject(manifest: try Manifest($0.value)) },
            live: try found.map { try #require(LiveResource($0.value)) }
        )
        var changed: [ManifestComparison.Changed] = []
        var added: [ResourceKey] = []
        for (wanted, live) in pairs.wanted {
            switch try await judge.judge(wanted, live).verdict {
            case .changed(let difference): changed.append(difference)
            case .missing: added.append(wanted.key)
            case .same: break
            case .unknown(let reason): Issue.record("\(reason)")
            }
        }
        let comparison = ManifestComparison(deleted: pairs.others.map(\.key), added: added, changed: changed)
        return TargetDrift(target: target, verdict: comparison.isEmpty ? .synced : .outOfSync(comparison))
    }
}

@Suite("The sync state of one target")
struct DriftCaseTests {
    private static func configMap(_ mode: String, name: String = "c", metadata: String = "") -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: \(name), namespace: shop\(metadata)}
        data: {mode: \(mode)}

        """
    }

    private static func deployment(_ name: String, _ replicas: Int) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: \(name), namespace: shop}
        spec: {replicas: \(replicas)}

        """
    }

    private static func object(_ apiVersion: String, _ kind: String, _ name: String, _ metadata: String = "") -> String
    {
        "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: \(name)\(metadata)}\n"
    }

    private static let copied = """
        apiVersion: v1
        kind: Endpoints
        metadata:
          name: cart
          namespace: shop
          labels: {pipecd.dev/managed-by: piped, pipecd.dev/application: app-1}
        """

    private static let ignored = ", annotations: {pipecd.dev/ignore-drift-detection: 'true'}"

    private static let synced = [
        (deployment("a", 3), deployment("a", 3)),
        (configMap("old", metadata: ignored), configMap("new")),
        (configMap("old"), configMap("new", metadata: ignored)),
        (configMap("old", metadata: ignored), configMap("new", metadata: ignored)),
        (
            configMap("x", metadata: ", labels: {pipecd.dev/commit-hash: aaa}"),
            configMap("x", metadata: ", labels: {pipecd.dev/commit-hash: bbb}")
        ),
        (copied, ""),
        (
            object("rbac.authorization.k8s.io/v1", "ClusterRole", "reader"),
            object("rbac.authorization.k8s.io/v1", "ClusterRole", "reader", ", namespace: shop")
        ),
    ]

    @Test("SYNC-01, SYNC-06, SYNC-07, SYNC-08, SYNC-09, SYNC-10 is synced when nothing differs that counts")
    func isSynced() async throws {
        for (live, git) in Self.synced {
            let state = try await LocalDrift.of(live, git).syncState(commit: "0123456789ab")
            #expect(state == SyncState(.synced), "\(live)\(git)")
        }
    }

    private static func reason(commit: String = "0123456", _ lines: [String]) -> String {
        ([
            "Diff between the defined state in Git at commit \(commit) and actual state in cluster: eu", "",
            "--- Actual   (LiveState)", "+++ Expected (Git)", "",
        ] + lines).joined(separator: "\n")
    }

    private static func hidden(_ number: Int, _ name: String) -> [String] {
        [
            "# \(number). name=\"\(name)\", kind=\"ConfigMap\", namespace=\"shop\", apiGroup=\"\"", "", "  data:",
            "    #data.mode", "-   mode: *****", "+   mode: *****", "", "",
        ]
    }

    @Test("SYNC-02 tells one change")
    func change() async throws {
        let state = try await LocalDrift.of(Self.deployment("cart", 1), Self.deployment("cart", 3))
            .syncState(commit: "0123456789ab")
        #expect(state.status == .outOfSync)
        #expect(state.shortReason == "There are 1 manifests not synced (0 adds, 0 deletes, 1 changes)")
        let lines = [
            "# 1. name=\"cart\", kind=\"Deployment\", namespace=\"shop\", apiGroup=\"apps\"", "", "  spec:",
            "    #spec.replicas", "-   replicas: 1", "+   replicas: 3", "", "", "",
        ]
        #expect(state.reason == Self.reason(lines))
    }

    @Test("SYNC-03 tells one add and one delete")
    func addAndDelete() async throws {
        let state = try await LocalDrift.of(
            Self.object("v1", "Pod", "old", ", namespace: shop"),
            Self.object("v1", "PersistentVolumeClaim", "data", ", namespace: shop")
        ).syncState(commit: "0123456789ab")
        #expect(state.shortReason == "There are 2 manifests not synced (1 adds, 1 deletes, 0 changes)")
        let lines = [
            "- 1. name=\"old\", kind=\"Pod\", namespace=\"shop\", apiGroup=\"\"", "",
            "+ 2. name=\"data\", kind=\"PersistentVolumeClaim\", namespace=\"shop\", apiGroup=\"\"", "", "",
        ]
        #expect(state.reason == Self.reason(lines))
    }

    @Test("SYNC-04 hides the data of ConfigMaps")
    func configMaps() async throws {
        let drift = try await LocalDrift.of(Self.configMap("old"), Self.configMap("new"))
        let state = drift.syncState(commit: "0123456789ab")
        #expect(state.shortReason == "There are 1 manifests not synced (0 adds, 0 deletes, 1 changes)")
        #expect(state.reason == Self.reason(Self.hidden(1, "c") + [""]))
        // Whoever runs the command may read the ConfigMap anyway.
        #expect(drift.comparison?.changed.first?.differences.first?.before == "old")
    }

    @Test("SYNC-05 shows at most three changes")
    func atMostThree() async throws {
        func all(_ mode: String) -> String {
            (1...4).map { Self.configMap(mode, name: "c\($0)") }.joined(separator: "---\n")
        }
        let state = try await LocalDrift.of(all("old"), all("new")).syncState(commit: "abc")
        #expect(state.shortReason == "There are 4 manifests not synced (0 adds, 0 deletes, 4 changes)")
        let lines = (1...3).flatMap { Self.hidden($0, "c\($0)") } + ["... (omitted 1 other changed manifests)", ""]
        #expect(state.reason == Self.reason(commit: "abc", lines))
    }

    @Test(
        "finds an object by its name where its key says less than the cluster",
        arguments: [
            ("ConfigMap", ", namespace: shop", "", ""), ("ConfigMap", "", ", namespace: default", ""),
            ("ConfigMap", ", namespace: shop", ", namespace: other", "+other -shop"),
        ]
    )
    func pairs(kind: String, live: String, git: String, expected: String) async throws {
        let drift = try await LocalDrift.of(Self.object("v1", kind, "c", live), Self.object("v1", kind, "c", git))
        let added = (drift.comparison?.added ?? []).map { "+\($0.namespace ?? "")" }
        let deleted = (drift.comparison?.deleted ?? []).map { "-\($0.namespace ?? "")" }
        #expect((added + deleted).joined(separator: " ") == expected)
    }

    @Test("shows no value of a Secret, and that there is another one")
    func secret() async throws {
        let live = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: aHVudGVyMQ==, b: aHVudGVyMg==}\n"
        let git = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: hunter1, b: hunter3}\n"
        let drift = try await LocalDrift.of(live, git)
        #expect(drift.comparison?.changed.flatMap(\.differences).map { "\($0.path)" } == ["data.b"])
        let text = drift.syncState(commit: "c").reason + drift.value.jsonText()
        #expect(!text.contains("hunter") && !text.contains("aHVud"), "\(text)")
    }
}

@Suite("The sync state of several targets")
struct SyncStateTests {
    private static let outOfSync = SyncState(.outOfSync, shortReason: "s", reason: "r")
    private static let unknown = SyncState(.unknown, shortReason: "u", reason: "why")
    private static let invalid = SyncState(.invalidConfiguration, shortReason: "i", reason: "mistake")

    private static let cases: [([SyncState], SyncState)] = [
        ([SyncState(.synced), SyncState(.synced)], SyncState(.synced)),
        ([SyncState(.synced), outOfSync], SyncState(.outOfSync, shortReason: "[t1] s", reason: "[t1] r")),
        (
            [SyncState(.synced), outOfSync, unknown],
            SyncState(.unknown, shortReason: "[t1] s\n[t2] u", reason: "[t1] r\n[t2] why")
        ),
        (
            [SyncState(.synced), outOfSync, unknown, invalid],
            SyncState(
                .invalidConfiguration,
                shortReason: "[t1] s\n[t2] u\n[t3] i",
                reason: "[t1] r\n[t2] why\n[t3] mistake"
            )
        ),
        ([], SyncState(.synced)),
    ]

    @Test("AGG-01 to AGG-05 is the worst one, with the texts of those that are not synced", arguments: cases)
    func worst(states: [SyncState], expected: SyncState) {
        #expect(SyncState(of: states.enumerated().map { (name: "t\($0)", state: $1) }) == expected)
    }

    @Test("says why nobody can tell")
    func verdicts() {
        let drifts = [
            TargetDrift(target: "eu", verdict: .unknown(["no answer", "no right"])),
            TargetDrift(target: "us", verdict: .invalidConfiguration(["a mistake"])),
        ]
        let state = drifts.syncState(commit: "c")
        #expect(state.status == .invalidConfiguration)
        #expect(state.shortReason == "[eu] no answer\n[us] a mistake")
        #expect(state.reason == "[eu] no answer\nno right\n[us] a mistake")
    }
}
