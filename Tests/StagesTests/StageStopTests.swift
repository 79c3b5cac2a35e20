import FakeKubernetes
import TestSupport
import Testing

@testable import KubernetesAPI
@testable import Stages

@Suite("A stage that is stopped", .timeLimit(.minutes(5)))
struct StageStopTests {
    @Test(
        "does not wait for a cluster that gives no answer to a look at it",
        .tags(.cancellation),
        arguments: [true, false]
    )
    func looking(isBeforeWrites: Bool) async throws {
        try await ApplicationFixture.with(["a.yaml": Text.deployment()]) { application in
            try await Fleet.with(["eu"]) { fleet in
                var fleet = fleet
                fleet.connections = .withoutWaits(requestTimeout: .seconds(3600))
                let cluster = fleet.clusters[0]
                let hasFault = Lock(false)
                let stall: StageEventHandler = { event in
                    switch event.kind {
                    case .planned where isBeforeWrites, .changed where !isBeforeWrites:
                        cluster.inject(Fault(.stall, verbs: [.get, .list]))
                        cluster.clearRequests()
                        hasFault.withLock { $0 = true }
                    default: return
                    }
                }
                let stop = StopSignal()
                let options = "{readiness: {deadline: 1h}}"
                async let running = fleet.run("K8S_SYNC", options, of: application, stop: stop, onEvent: stall)
                await cluster.wait { seen in
                    hasFault.withLock { $0 } && seen.requests.contains { $0.method == "GET" }
                }
                stop.request()
                let report = try await running
                #expect(report.targets.map(\.outcome) == [.cancelled])
                #expect(report.targets[0].changes.isEmpty == isBeforeWrites, "\(report)")
            }
        }
    }
}
