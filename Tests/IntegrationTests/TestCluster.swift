import FakeKubernetes
import Glibc
import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI

/// A cluster that the suite runs on: an embedded one or a running one.
///
/// `FLOTILLA_TEST_KUBECONFIGS` names the kubeconfigs of running ones, with a `:` between; without it there are two
/// embedded ones that differ in what they offer. Only one run at a time may use a running cluster.
struct TestCluster: Sendable, CustomTestStringConvertible {
    enum Kind: Sendable {
        case fake(FakeClusterOptions)
        /// The path of its kubeconfig.
        case real(String)
    }

    let name: String
    let kind: Kind

    var testDescription: String { name }

    static let all: [TestCluster] = {
        let list = getenv("FLOTILLA_TEST_KUBECONFIGS").map { String(cString: $0) } ?? ""
        return list.isEmpty ? fakes : real(list)
    }()

    /// The clusters of a list of kubeconfigs.
    static func real(_ list: String) -> [TestCluster] {
        list.split(separator: ":").enumerated().map { index, path in
            TestCluster(name: "real-\(index + 1)", kind: .real(String(path)))
        }
    }

    /// One as servers are today, and one that offers no more than old ones do.
    static let fakes: [TestCluster] = {
        var old = FakeClusterOptions()
        old.hasAggregatedDiscovery = false
        old.protocols = .http1Only
        return [TestCluster(name: "fake", kind: .fake(.init())), TestCluster(name: "fake-plain", kind: .fake(old))]
    }()
}

extension TestCluster {
    /// Runs a body with a namespace of its own, which goes afterwards.
    func withNamespace(_ body: (TestNamespace) async throws -> Void) async throws {
        try await TestFleet.with([self]) { fleet in
            for namespace in fleet.namespaces { try await body(namespace) }
        }
    }

    /// Runs a body with the path of the cluster's kubeconfig, and with the cluster.
    func withKubeconfig(_ body: (String, SharedClusters.Running) async throws -> Void) async throws {
        let running = try await SharedClusters.shared.running(self)
        if case .real(let path) = kind { return try await body(path, running) }
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/kubeconfig"
            try TestFiles.write(running.fake?.kubeconfigText() ?? "", to: path)
            try await body(path, running)
        }
    }
}

@Suite("The clusters of the integration suite")
struct TestClusterTests {
    @Test("are those of the list, without its empty elements")
    func list() {
        let clusters = TestCluster.real(":/a/one:b::")
        #expect(clusters.map(\.name) == ["real-1", "real-2"])
        let paths = clusters.map { cluster in
            guard case .real(let path) = cluster.kind else { return "" }
            return path
        }
        #expect(paths == ["/a/one", "b"])
    }
}
