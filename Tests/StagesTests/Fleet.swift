import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI
@testable import Stages

/// Embedded clusters and a runner for them.
struct Fleet: Sendable {
    let clusters: [FakeCluster]
    let targets: [DeployTarget]
    var connections = ClusterConnections.withoutWaits()

    /// The same clusters for somebody who knows nothing of them yet.
    var fresh: Fleet { Fleet(clusters: clusters, targets: targets) }

    /// Runs a body with one cluster for each name.
    static func with<Result>(
        _ names: [String] = ["eu", "us", "asia"],
        options: FakeClusterOptions = FakeClusterOptions(),
        _ body: (Fleet) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            var clusters: [FakeCluster] = []
            var targets: [DeployTarget] = []
            for name in names {
                let cluster = try await FakeCluster.start(name: name, options: options)
                let path = "\(directory)/\(name)"
                try TestFiles.write(cluster.kubeconfigText(credential: .clientCertificate), to: path)
                clusters.append(cluster)
                targets.append(DeployTarget(name: name, access: .cluster(path: path, context: nil)))
            }
            do {
                let result = try await body(Fleet(clusters: clusters, targets: targets))
                for cluster in clusters { try await cluster.shutdown() }
                return result
            } catch {
                for cluster in clusters { try await cluster.shutdown() }
                throw error
            }
        }
    }

    /// Runs a stage of an application on all clusters; on a busy machine, too, all are planned before one is executed.
    func run(
        _ stage: String,
        _ options: String = "{}",
        of application: ApplicationFixture,
        stop: StopSignal = StopSignal(),
        onEvent: @escaping StageEventHandler = { _ in }
    ) async throws -> StageReport {
        let request = try application.request(stage, options, targets: targets)
        let runner = StageRunner(connections: connections, stop: stop, patience: nil, onEvent: onEvent)
        return await runner.run(request)
    }

    /// The resource versions of every object of a type on every cluster, by cluster and name.
    func versions(_ path: String, _ names: [String]) -> [String] {
        clusters.flatMap { cluster in
            names.map { name in
                let object = cluster.object("\(path)/\(name)")
                return "\(cluster.name)/\(name)@\(object?[path: "metadata", "resourceVersion"]?.string ?? "-")"
            }
        }
    }
}

extension ClusterConnections {
    /// Connections whose clients send a request again without a wait.
    static func withoutWaits(requestTimeout: Duration = .seconds(60)) -> ClusterConnections {
        var options = ClusterClient.Options()
        options.requestTimeout = requestTimeout
        options.retry.sleep = { _ in }
        return ClusterConnections(engine: HTTPEngine(), options: options)
    }
}

/// The paths of types that the tests look at.
enum Path {
    static let configMaps = "/api/v1/namespaces/default/configmaps"
    static let deployments = "/apis/apps/v1/namespaces/default/deployments"
    static let services = "/api/v1/namespaces/default/services"
    static let virtualServices = "/apis/networking.istio.io/v1/namespaces/default/virtualservices"
}
