import FakeKubernetes
import Manifests

/// What the demo shows of one cluster: its workloads and the shares of the traffic.
struct DemoState {
    private let cluster: FakeCluster

    init(_ cluster: FakeCluster) {
        self.cluster = cluster
    }

    /// One line for each cluster, and a single one when all are the same.
    static func lines(of clusters: [FakeCluster]) -> [String] {
        let texts = clusters.map { DemoState($0).text }
        if let first = texts.first, Set(texts).count == 1 { return ["all clusters: \(first)"] }
        return zip(clusters, texts).map { "\($0.name): \($1)" }
    }

    /// `web 1.0.0 5/5, web-canary 2.0.0 1/1; traffic: primary 90 %, canary 10 %`.
    private var text: String {
        let workloads = ["web", "web-canary", "cart", "cart-canary"].compactMap(workload)
        return "\(workloads.joined(separator: ", ")); traffic: \(traffic)"
    }

    private func workload(_ name: String) -> String? {
        guard let object = cluster.object("/apis/apps/v1/namespaces/shop/deployments/\(name)") else { return nil }
        let containers = object[path: "spec", "template", "spec", "containers"]?.array
        let image = containers?.first?["image"]?.string ?? ""
        let ready = object[path: "status", "readyReplicas"]?.int ?? 0
        let wanted = object[path: "spec", "replicas"]?.int ?? 0
        return "\(name) \(image.split(separator: ":").last ?? "") \(ready)/\(wanted)"
    }

    private var traffic: String {
        let path = "/apis/networking.istio.io/v1/namespaces/shop/virtualservices/web"
        let route = cluster.object(path)?[path: "spec", "http"]?.array?.first?["route"]?.array ?? []
        let shares = route.map { entry in
            "\(entry[path: "destination", "subset"]?.string ?? "?") \(entry["weight"]?.int ?? 0) %"
        }
        return shares.isEmpty ? "not routed" : shares.joined(separator: ", ")
    }
}
