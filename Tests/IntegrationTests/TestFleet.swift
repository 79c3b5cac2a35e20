import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

/// A namespace of one name in several clusters, and a runner of stages for all of them.
struct TestFleet: Sendable {
    let namespaces: [TestNamespace]

    /// The name of the namespace in every cluster, which no other test has.
    var name: String { namespaces.first?.name ?? "" }

    private let connections = ClusterConnections(engine: TestNamespace.engine)

    /// Runs a body with the namespace in every cluster; it goes afterwards.
    static func with(
        _ clusters: [TestCluster] = TestCluster.all,
        namespace: NamespaceState = .there,
        _ body: (TestFleet) async throws -> Void
    ) async throws {
        try await with(clusters[...], name: "it-\(TestNamespace.run)-\(RandomName.make(8))", []) { fleet in
            do {
                for place in fleet.namespaces where namespace == .there {
                    try await place.create()
                }
                try await body(fleet)
            } catch {
                for place in fleet.namespaces { try await place.delete() }
                throw error
            }
            for place in fleet.namespaces { try await place.delete() }
        }
    }

    /// Whether the namespace is made for the test, or by the test.
    enum NamespaceState {
        case there, missing
    }

    private static func with(
        _ clusters: ArraySlice<TestCluster>,
        name: String,
        _ open: [TestNamespace],
        _ body: (TestFleet) async throws -> Void
    ) async throws {
        guard let cluster = clusters.first else { return try await body(TestFleet(namespaces: open)) }
        try await cluster.withKubeconfig { path, running in
            let place = TestNamespace(name: name, cluster: cluster, kubeconfig: path, client: running.client)
            try await with(clusters.dropFirst(), name: name, open + [place], body)
        }
    }
}

extension TestFleet {
    /// Runs a stage of an application in the fleet's namespace; options are written as in the application file.
    func run(
        _ stage: String,
        _ options: String = "{}",
        of application: TestApplication,
        after running: TestApplication? = nil,
        onEvent: @escaping StageEventHandler = { _ in }
    ) async throws -> StageReport {
        try await application.withRequest(stage, options, fleet: self, after: running) { request in
            await StageRunner(connections: connections, onEvent: onEvent).run(request)
        }
    }

    /// What a stage would do after others, as the clusters answer it.
    func forecast(
        _ stage: String,
        _ options: String,
        of application: TestApplication,
        after running: TestApplication?,
        _ earlier: [StageForecast]
    ) async throws -> StageForecast {
        try await application.withRequest(stage, options, fleet: self, after: running) { request in
            try await StageRunner(connections: connections).forecast(request, after: earlier, asking: true)
        }
    }

    /// Runs a stage that must succeed everywhere.
    func succeed(
        _ stage: String,
        _ options: String = "{}",
        of application: TestApplication,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let report = try await run(stage, options, of: application)
        try #require(report.outcome == .succeeded, "\(report)", sourceLocation: sourceLocation)
    }

    /// The object of a path below the namespace, in every cluster.
    func objects(_ plural: String, _ name: String, in version: String = "v1") async throws -> [Value?] {
        var objects: [Value?] = []
        for place in namespaces {
            objects.append(try await place.object(place.path(plural, name, in: version)))
        }
        return objects
    }

    /// The targets of the stages.
    var targets: [DeployTarget] {
        namespaces.map { DeployTarget(name: $0.cluster.name, access: .cluster(path: $0.kubeconfig)) }
    }
}
