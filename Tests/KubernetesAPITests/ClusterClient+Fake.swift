import FakeKubernetes
import Testing

@testable import KubernetesAPI

/// The waits that a client asked for, instead of real ones.
final class RecordedWaits: Sendable {
    private let waits = Lock<[Duration]>([])

    var all: [Duration] { waits.withLock { $0 } }

    /// A retry policy that never sleeps.
    var policy: RetryPolicy {
        var policy = RetryPolicy()
        policy.sleep = { wait in self.waits.withLock { $0.append(wait) } }
        policy.jitter = { 1 }
        return policy
    }
}

extension FakeCluster {
    /// The configuration of its kubeconfig.
    func configuration(_ credential: Credential = .clientCertificate) throws -> ClusterConfiguration {
        let text = kubeconfigText(credential: credential)
        return try Kubeconfig(text: Array(text.utf8), path: "fake").configuration()
    }

    /// A client of this cluster.
    func client(
        _ engine: HTTPEngine,
        manager: FieldManager = .flotilla,
        waits: RecordedWaits = RecordedWaits()
    ) throws -> ClusterClient {
        var options = ClusterClient.Options(fieldManager: manager, retry: waits.policy)
        let start = ContinuousClock.now
        let looks = Lock(0)
        // Every look at it is a moment later, so that no test depends on how quick the machine is.
        options.now = {
            start.advanced(
                by: .microseconds(
                    looks.withLock {
                        $0 += 1; return $0
                    }
                )
            )
        }
        return ClusterClient(target: name, configuration: try configuration(), engine: engine, options: options)
    }

    /// The methods and paths of the requests so far, without queries.
    var paths: [String] {
        requests.map { "\($0.method) \($0.path)" }
    }
}

/// Runs a piece of work with a cluster and a client of it, both ended afterwards.
func withClient<Result>(
    options: FakeClusterOptions = .init(),
    waits: RecordedWaits = RecordedWaits(),
    _ body: (FakeCluster, ClusterClient) async throws -> Result
) async throws -> Result {
    try await withFakeCluster("osaka", options: options) { cluster in
        let engine = HTTPEngine()
        defer { engine.close() }
        return try await body(cluster, try cluster.client(engine, waits: waits))
    }
}

extension APIError? {
    /// The text of the error, or that there is none.
    var text: String { map { "\($0)" } ?? "no error" }
}

/// Fails the test: another error was due.
func unexpected(_ error: APIError?, sourceLocation: SourceLocation = #_sourceLocation) {
    Issue.record("unexpected: \(error.text)", sourceLocation: sourceLocation)
}
