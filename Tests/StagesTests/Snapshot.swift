import FakeKubernetes
import Manifests

/// The objects of a cluster without what differs between two clusters to which the same was done.
struct Snapshot: Sendable {
    /// By kind, namespace and name.
    let objects: [String: Value]
    /// How many writes have changed something, those of the controllers included.
    let revision: String

    private static let collections = [
        "/api/v1/serviceaccounts", "/api/v1/secrets", "/api/v1/configmaps", "/api/v1/services",
        "/apis/apps/v1/deployments", "/apis/apps/v1/replicasets", "/api/v1/namespaces",
    ]

    private static let volatile: Set<String> = [
        "uid", "resourceVersion", "time", "creationTimestamp", "lastUpdateTime", "lastTransitionTime", "clusterIP",
        "clusterIPs", "pipecd.dev/deploy-target",
    ]

    init(_ cluster: FakeCluster) {
        let all = Self.collections.flatMap { cluster.objects($0) }
        objects = Dictionary(all.map { (Self.name(of: $0), Self.lasting($0)) }) { $1 }
        revision = cluster.object("/api/v1/configmaps")?[path: "metadata", "resourceVersion"]?.string ?? ""
    }

    /// The names of the objects that are not alike, or not in both.
    func differences(from other: Snapshot) -> [String] {
        let names = Set(objects.keys).union(other.objects.keys)
        return names.filter { objects[$0] != other.objects[$0] }.sorted()
    }

    private static func name(of object: Value) -> String {
        let metadata = object["metadata"]
        let names = [object["kind"], metadata?["namespace"], metadata?["name"]].compactMap { $0?.string }
        return names.joined(separator: "/")
    }

    private static func lasting(_ value: Value) -> Value {
        switch value {
        case .mapping(let fields):
            let kept = fields.filter { !volatile.contains($0.key) }
            return .mapping(Mapping(kept.map { (lasting(key: $0.key), lasting($0.value)) }))
        case .array(let items): return .array(items.map(lasting))
        default: return value
        }
    }

    /// Managed fields tell owners by their UIDs.
    private static func lasting(key: String) -> String {
        key.hasPrefix("k:{\"uid\":") ? "k:{uid}" : key
    }
}
