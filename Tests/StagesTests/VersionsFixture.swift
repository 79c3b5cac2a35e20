import FakeKubernetes
import KubernetesAPI
import Manifests
import TestSupport
import Testing

@testable import Stages

/// What one version of an application is made of.
struct VersionText: Sendable {
    var files: [String: String]
    var plugin = "{}"
    var stages = "[]"

    /// A version of one file of manifests.
    init(_ manifests: String..., plugin: String = "{}", stages: String = "[]") {
        files = manifests.isEmpty ? [:] : ["a.yaml": manifests.joined(separator: "---\n")]
        self.plugin = plugin
        self.stages = stages
    }
}

/// The version of an application that runs, and the one that is deployed, each in a directory of its own.
struct VersionsFixture: Sendable {
    let running: ApplicationFixture?
    let target: ApplicationFixture

    static let runningCommit = "c0ffee1"
    static let targetCommit = "c0ffee2"

    /// Runs a body with both versions on disk.
    static func with<Result>(
        running: VersionText? = nil,
        target: VersionText,
        _ body: (VersionsFixture) async throws -> Result
    ) async throws -> Result {
        try await ApplicationFixture.with(target.files, plugin: target.plugin, stages: target.stages) { new in
            guard let running else { return try await body(VersionsFixture(running: nil, target: new)) }
            return try await ApplicationFixture.with(running.files, plugin: running.plugin, stages: running.stages) {
                try await body(VersionsFixture(running: $0, target: new))
            }
        }
    }

    /// A request for a stage of the deployment; options are written as in the application file.
    func request(_ stage: String, _ options: String = "{}", targets: [DeployTarget]) throws -> StageRequest {
        let request = try target.request(stage, options, targets: targets, commit: Self.targetCommit)
        let before = try running.map {
            RunningVersion(application: try Application.load(directory: $0.directory), commit: Self.runningCommit)
        }
        return StageRequest(
            stage: request.stage,
            options: request.options,
            application: request.application,
            identity: request.identity,
            targets: targets,
            running: before
        )
    }
}

extension Fleet {
    /// Runs a stage of a deployment on all clusters.
    func run(
        _ stage: String,
        _ options: String = "{}",
        of versions: VersionsFixture,
        onEvent: @escaping StageEventHandler = { _ in }
    ) async throws -> StageReport {
        let request = try versions.request(stage, options, targets: targets)
        return await StageRunner(connections: connections, patience: nil, onEvent: onEvent).run(request)
    }

    /// Runs a stage of a deployment that must succeed on every cluster.
    func succeed(
        _ stage: String,
        _ options: String = "{}",
        of versions: VersionsFixture,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let report = try await run(stage, options, of: versions)
        try #require(report.outcome == .succeeded, "\(report)", sourceLocation: sourceLocation)
    }

    /// Deploys the running version by a sync, as the deployment before did.
    func deployRunning(_ versions: VersionsFixture, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let running = try #require(versions.running, sourceLocation: sourceLocation)
        let request = try running.request("K8S_SYNC", targets: targets, commit: VersionsFixture.runningCommit)
        let report = await StageRunner(connections: connections, patience: nil).run(request)
        try #require(report.outcome == .succeeded, "\(report)", sourceLocation: sourceLocation)
    }

    /// The name, image and replicas of every Deployment in the namespace `default` of a cluster.
    func deployments(_ index: Int = 0) -> [String] {
        clusters[index].objects(Path.deployments).map { deployment in
            let container = deployment[path: "spec", "template", "spec", "containers"]?.array?.first
            let image = container?["image"]?.string?.split(separator: ":").last ?? "-"
            return
                "\(deployment[path: "metadata", "name"]?.string ?? "-") \(image)×\(deployment[path: "spec", "replicas"]?.int ?? 0)"
        }
    }

    /// The names of the objects at a path of a cluster, apart from those that every cluster has.
    func names(_ path: String, _ index: Int = 0) -> [String] {
        clusters[index].objects(path).compactMap { $0[path: "metadata", "name"]?.string }
            .filter { !["kubernetes", "kube-root-ca.crt"].contains($0) }
    }
}
