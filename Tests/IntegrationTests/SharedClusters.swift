import FakeKubernetes
import TestSupport

@testable import KubernetesAPI

/// The clusters of this run, each started or reached once and used by all tests.
///
/// Embedded ones end with the process.
actor SharedClusters {
    /// A cluster that answers.
    struct Running: Sendable {
        /// The product's client, under its own name.
        let client: ClusterClient
        /// What is behind it, `nil` for a running cluster.
        let fake: FakeCluster?
    }

    static let shared = SharedClusters()

    private var running: [String: Running] = [:]
    private var starting: Set<String> = []
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// The cluster; whoever comes first starts it, and the others wait for that.
    func running(_ cluster: TestCluster) async throws -> Running {
        while starting.contains(cluster.name) {
            await withCheckedContinuation { waiting.append($0) }
        }
        if let known = running[cluster.name] { return known }
        starting.insert(cluster.name)
        defer {
            starting.remove(cluster.name)
            for test in waiting { test.resume() }
            waiting = []
        }
        let started = try await start(cluster)
        running[cluster.name] = started
        return started
    }

    private func start(_ cluster: TestCluster) async throws -> Running {
        switch cluster.kind {
        case .fake(let options):
            let fake = try await FakeCluster.start(name: cluster.name, options: options)
            let text = Array(fake.kubeconfigText().utf8)
            let configuration = try Kubeconfig(text: text, path: cluster.name).configuration()
            return Running(client: Self.client(cluster, configuration), fake: fake)
        case .real(let path):
            let client = Self.client(cluster, try Kubeconfig.load(path: path))
            try await Leftovers.remove(with: client)
            return Running(client: client, fake: nil)
        }
    }

    private static func client(_ cluster: TestCluster, _ configuration: ClusterConfiguration) -> ClusterClient {
        ClusterClient(target: cluster.name, configuration: configuration, engine: TestNamespace.engine)
    }
}
