import FakeKubernetes
import FakePiped
import Manifests
import PipedAPI

/// Deploying, and looking at what came of it.
extension PluginRig {
    static let deployments = "/apis/apps/v1/namespaces/shop/deployments"

    subscript(name: String) -> FakeCluster {
        clusters.first { $0.name == name } ?? clusters[0]
    }

    /// Plans the second version and runs it.
    func deploy(_ controller: Controller, strategy: PipedSyncStrategy = .auto) async throws -> PipedDeployment {
        let planned = try await controller.plan(second, of: application, strategy: strategy)
        return planned.status == .deploymentPlanned ? try await controller.execute(planned.id) : planned
    }

    /// Runs a planned deployment, and ends a stage of it early once something has happened.
    func execute(
        _ controller: Controller,
        _ deployment: PipedDeployment,
        until happened: @escaping @Sendable () async -> Void,
        then interruption: Interruption
    ) async throws -> PipedDeployment {
        try await withThrowingTaskGroup(of: PipedDeployment?.self) { group in
            group.addTask { try await controller.execute(deployment.id) }
            group.addTask {
                await happened()
                piped.interrupt(deployment.id, interruption)
                return nil
            }
            var done = deployment
            for try await result in group { done = result ?? done }
            return done
        }
    }

    /// Returns when a cluster has been sent a workload.
    func waitForWrite(of name: String, on cluster: String) async {
        await self[cluster].wait { seen in
            seen.requests.contains { $0.method == "PATCH" && $0.path.hasSuffix("deployments/\(name)") }
        }
    }

    /// The log of a stage, by its place in the deployment.
    func log(_ deployment: PipedDeployment, _ stage: Int) -> StageLogRecord {
        piped.state.log(deployment.id, deployment.stages.indices.contains(stage) ? deployment.stages[stage].id : "")
    }

    /// `NAME=IMAGE` of the workloads on each cluster, without what all images begin with.
    var images: [String: [String]] {
        Dictionary(
            uniqueKeysWithValues: clusters.map { cluster in
                let workloads = cluster.objects(Self.deployments).map { object in
                    let containers = object[path: "spec", "template", "spec", "containers"]?.array ?? []
                    let image = containers.first?["image"]?.string?.split(separator: ":").last ?? ""
                    return "\(object[path: "metadata", "name"]?.string ?? "")=\(image)"
                }
                return (cluster.name, workloads)
            }
        )
    }

    /// Whether every cluster has just these workloads.
    func hasEverywhere(_ workloads: [String]) -> Bool {
        images.values.allSatisfy { $0 == workloads }
    }

    static let firstVersion = ["cart=1.0.0", "web=1.0.0"]
    static let secondVersion = ["cart=1.0.0", "web=2.0.0"]

    /// The calls of piped to plugins and changes of state, without the calls of plugins to piped.
    var journal: [String] {
        piped.state.journal.filter { !$0.hasPrefix("plugin: ") }
    }
}
