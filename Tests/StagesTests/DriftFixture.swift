import FakeKubernetes
import Manifests
import ManifestSources
import Rollouts
import TestSupport
import Testing

@testable import Stages

extension Fleet {
    /// What differs from Git at another commit than the deployed one.
    func drift(of application: ApplicationFixture, cache: DriftCache? = nil) async throws -> [TargetDrift] {
        let loaded = try Application.load(directory: application.directory)
        let states = try await LiveStateReading(
            application: "app-orders",
            spec: loaded.configuration.plugin,
            connections: connections
        ).states(of: targets)
        return try await DriftDetection(
            application: loaded,
            identity: Application.Identity(piped: "agent-7", application: "app-orders", commit: "c0ffee3"),
            connections: connections,
            manifests: ManifestLoader(),
            cache: cache
        ).drift(of: targets, live: states)
    }
}

extension TargetDrift {
    /// What differs, a line each: `~ web spec.replicas: 7 -> 4 (kubectl)`, `+ web`, `- web`, `? why`.
    var lines: [String] {
        let changes = (comparison?.changed ?? []).flatMap { changed in
            changed.notes.map { "~ \(changed.key.name) \($0)" }
                + changed.differences.map { difference in
                    let values = [difference.before, difference.after].map { $0?.jsonText() ?? "none" }
                    let owner = difference.owner.map { " (\($0.manager))" } ?? ""
                    return "~ \(changed.key.name) \(difference.path): \(values[0]) -> \(values[1])\(owner)"
                }
        }
        return problems.map { "? \($0)" } + (comparison?.added ?? []).map { "+ \($0.name)" }
            + (comparison?.deleted ?? []).map { "- \($0.name)" } + changes
    }
}

/// A change that somebody makes in a cluster.
struct ManualChange: Sendable, CustomTestStringConvertible {
    let name: String
    var method = "PATCH"
    let path: String
    var body: Value = .null
    var type = "application/merge-patch+json"
    /// What differs then.
    let found: [String]

    var testDescription: String { name }

    func make(in cluster: FakeCluster) {
        let code = cluster.perform(method, path, body.isNull ? nil : body, contentType: type).code
        #expect(code == 200, "\(name)")
    }
}
