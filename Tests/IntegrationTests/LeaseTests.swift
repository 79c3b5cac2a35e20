import Manifests
import Testing

@testable import KubernetesAPI
@testable import Stages

@Suite("The lease of an application in a cluster", .timeLimit(.minutes(3)))
struct LeaseTests {
    @Test("goes from run to run only when its time is over, and back to nobody", arguments: TestCluster.all)
    func handedOn(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let first = lease("first", in: place)
            let second = lease("second", in: place)
            expect(await first.claim(), "held")
            expect(await first.claim(), "held")
            expect(await second.claim(), "taken by first@here")
            expect(await lease("second", in: place, after: .seconds(121)).claim(), "held")
            expect(await first.claim(), "taken by second@here")
            try await first.release()
            expect(await first.claim(), "taken by second@here")
            try await second.release()
            expect(await first.claim(), "held")
            try await first.release()
            let mapping = try await place.client.mapping(for: LeaseRecord.type)
            #expect(try await place.client.get(mapping, namespace: "default", name: first.name) == nil)
        }
    }

    @Test("is had by one of many that ask at once", arguments: TestCluster.all)
    func contended(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let leases = (0..<10).map { lease("run-\($0)", in: place) }
            let claims = await concurrently(leases, atOnce: leases.count) { await $0.claim() }
            #expect(claims.compactMap { $0 }.count { text($0) == "held" } == 1, "\(claims)")
            for lease in leases { try await lease.release() }
        }
    }

    private func lease(_ run: String, in place: TestNamespace, after delay: Duration = .zero) -> ClusterLease {
        ClusterLease(
            client: place.client,
            namespace: place.client.defaultNamespace,
            name: LeaseRecord.name(for: place.name),
            holder: LeaseHolder(run: RunID(run), host: "here"),
            now: { .now + delay }
        )
    }

    private func expect(
        _ claim: ClusterLease.Claim,
        _ expected: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(text(claim) == expected, sourceLocation: sourceLocation)
    }

    private func text(_ claim: ClusterLease.Claim) -> String {
        switch claim {
        case .held: "held"
        case .taken(let record): "taken by \(record.holder)"
        case .unavailable(let why): "unavailable: \(why)"
        case .unanswered: "unanswered"
        }
    }
}
