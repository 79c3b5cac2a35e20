import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("The commit of what runs", .timeLimit(.minutes(5)))
struct LiveCommitTests {
    /// What the runner says of an application after something was done to its clusters.
    private func liveCommit(
        of target: VersionText = VersionText(Text.deployment()),
        after: (Fleet, VersionsFixture) async throws -> Void
    ) async throws -> LiveCommit {
        let running = VersionText(Text.deployment(), Text.deployment("worker"), Text.configMap)
        return try await VersionsFixture.with(running: running, target: target) { versions in
            try await Fleet.with(["eu", "us"]) { fleet in
                try await after(fleet, versions)
                let request = try versions.request("K8S_SYNC", targets: fleet.targets)
                return await StageRunner(connections: fleet.connections).liveCommit(request)
            }
        }
    }

    @Test("is none when nothing of the application is there")
    func none() async throws {
        #expect(try await liveCommit { _, _ in } == .none)
    }

    @Test("is that of the primary workloads, also when one cluster does not answer")
    func one() async throws {
        let commit = try await liveCommit { fleet, versions in
            try await fleet.deployRunning(versions)
            await fleet.clusters[1].goDown()
        }
        #expect(commit == .one("c0ffee1"))
    }

    @Test("is not that of a workload which the new version no longer has")
    func leftOver() async throws {
        let commit = try await liveCommit { fleet, versions in
            try await fleet.deployRunning(versions)
            try await fleet.succeed("K8S_SYNC", of: versions)
        }
        #expect(commit == .one("c0ffee2"))
    }

    @Test("is unknown when clusters differ, and named for each")
    func several() async throws {
        let commit = try await liveCommit { fleet, versions in
            try await fleet.deployRunning(versions)
            try await fleet.succeed("K8S_SYNC", "{multiTargets: [us]}", of: versions)
        }
        let text = "several versions run: c0ffee1 on eu; c0ffee2 on us; say which with --running-ref"
        #expect(commit == .unknown(text))
    }

    @Test("is unknown, not none, when objects are there of which no workload says the version")
    func noWorkload() async throws {
        let commit = try await liveCommit { fleet, versions in
            try await fleet.deployRunning(versions)
            for name in ["orders", "worker"] {
                for cluster in fleet.clusters { cluster.perform("DELETE", "\(Path.deployments)/\(name)") }
            }
        }
        guard case .unknown(let text) = commit else { return #expect(commit == .unknown("")) }
        #expect(text.hasPrefix("ConfigMap/default/orders-settings of the application runs"), "\(text)")
    }
}
