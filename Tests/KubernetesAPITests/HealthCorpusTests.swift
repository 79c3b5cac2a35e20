import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI

/// One object with the health that users of Argo CD see.
struct HealthSample: Sendable {
    let file: String
    let expected: Health.Status
    let health: Health

    /// The samples of a list beside the package.
    static func all(in list: String) throws -> [HealthSample] {
        let bytes = try TestFiles.read(Corpora.path("health/\(list)"))
        return try (Value(json: bytes).array ?? []).map { try HealthSample($0) }
    }

    private init(_ entry: Value) throws {
        file = try #require(entry["file"]?.string)
        let word = try #require(entry["health"]?.string)
        expected = try #require(Health.Status(rawValue: word.lowercased()))
        health = Health(of: try Self.resource(file))
    }

    /// The object of a file; some are no more than a status, and get a name.
    private static func resource(_ file: String) throws -> LiveResource {
        var limits = ReadLimits.standard
        limits.allowsRepeatedKeys = true
        let bytes = try TestFiles.read(Corpora.path("health/\(file)"))
        let documents = try YAML.documents(in: bytes, file: file, limits: limits)
        var object = try #require(documents.first?.value)
        if object[path: "metadata", "name"] == nil { try object.set("sample", at: ["metadata", "name"]) }
        return try #require(LiveResource(object), "\(file)")
    }
}

@Suite("Health of objects that others have judged", .enabled(if: Corpora.isPresent))
struct HealthCorpusTests {
    @Test("is the same for all kinds of Kubernetes itself")
    func builtIn() throws {
        let samples = try HealthSample.all(in: "builtin.json")
        #expect(samples.count == 46)
        for sample in samples {
            #expect(sample.health.status == sample.expected, "\(sample.file): \(sample.health.reason)")
        }
    }

    /// Objects that are worse than their status says in any general way, with what one has to know to see that.
    private static let hidden: [String: [String]] = [
        "no status, and a kind that nobody knows": ["grafana-org-operator.kubitus-project.gitlab.io/_/empty"],
        "the state of a reconciliation is in an annotation or a field of its own": [
            "apps.kruise.io/DaemonSet/no-update-strategy-partition",
            "elasticsearch.k8s.elastic.co/Elasticsearch/progressing",
            "grafana.integreatly.org/Grafana/progressing", "kafka.banzaicloud.io/KafkaCluster/degraded",
        ],
        "tasks, pods or upgrades of it fail, in fields of its own": [
            "game.kruise.io/GameServer/degraded", "numaflow.numaproj.io/MonoVertex/degraded-progressive",
            "numaflow.numaproj.io/Pipeline/degraded-progressive",
            "platform.confluent.io/Connector/connector-task-failure",
            "work.karmada.io/ResourceBinding/degraded_unknown",
        ],
        "a condition is missing that its kind should have": [
            "policy.open-cluster-management.io/OperatorPolicy/progressing_no_compliance"
        ],
        "commits are compared to see whether a promotion is over": [
            "promoter.argoproj.io/ChangeTransferPolicy/active-dry-sha-missing",
            "promoter.argoproj.io/ChangeTransferPolicy/proposed-dry-sha-missing",
            "promoter.argoproj.io/ChangeTransferPolicy/progressing-failed-pending",
            "promoter.argoproj.io/PromotionStrategy/no-environments",
            "promoter.argoproj.io/PromotionStrategy/active-dry-sha-missing",
            "promoter.argoproj.io/PromotionStrategy/proposed-dry-sha-missing",
            "promoter.argoproj.io/PromotionStrategy/progressing-failed-pending",
            "promoter.argoproj.io/PromotionStrategy/different-proposed-commits",
            "promoter.argoproj.io/PromotionStrategy/proposed-note-dry-sha-preferred",
        ],
    ]

    @Test("is mostly the same for custom resources, with conventions in place of rules")
    func custom() throws {
        let samples = try HealthSample.all(in: "custom.json")
        let same = samples.filter { $0.health.status == $0.expected }
        print("health of custom resources: \(same.count) of \(samples.count) as in Argo CD")
        #expect(samples.count == 501)
        #expect(same.count >= 402)
    }

    @Test("is never better for custom resources than others say, but for those whose trouble is hidden")
    func conservative() throws {
        let bad: Set<Health.Status> = [.degraded, .progressing, .missing, .suspended]
        let better = try HealthSample.all(in: "custom.json")
            .filter { $0.health.status == .healthy && bad.contains($0.expected) }
            .map { String($0.file.dropFirst("custom/".count).dropLast(".yaml".count)) }
        #expect(Set(better) == Set(Self.hidden.values.joined()))
    }
}
