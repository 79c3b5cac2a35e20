import Manifests
import NIOHTTP2
import Testing

@testable import FakeKubernetes

@Suite("A farewell", .timeLimit(.minutes(5)))
struct FarewellTests {
    @Test("names the last request that is answered, and none after it is executed")
    func lastStream() async throws {
        try await withFakeCluster { cluster in
            let client = try await FrameClient(cluster)
            var frames = client.frames.makeAsyncIterator()
            try await client.send(client.ping)
            while let frame = await frames.next(), !frame.isAnswerToPing {}
            try await client.closeEyes()
            cluster.inject(Fault(.goAway, verbs: [.create], times: 1))
            try await client.send(
                client.head(1, "\(Sample.configMaps)?n=1"),
                client.head(3, "\(Sample.configMaps)?n=3"),
                client.body(1, Sample.configMap("first").jsonText())
            )
            // The server says farewell, and the client goes on without knowing it.
            await cluster.wait { !$0.requests.isEmpty }
            try await client.send(
                client.body(3, Sample.configMap("second").jsonText()),
                client.head(5, "\(Sample.configMaps)?n=5"),
                client.body(5, Sample.configMap("third").jsonText())
            )
            await cluster.wait { $0.requests.count > 1 }
            try await client.send(client.ping)
            try await client.openEyes()
            var farewells: [HTTP2StreamID] = []
            var answered: [HTTP2StreamID] = []
            while let frame = await frames.next(), !frame.isAnswerToPing {
                if case .goAway(let last, .noError, _) = frame.payload { farewells.append(last) }
                if case .headers = frame.payload { answered.append(frame.streamID) }
            }
            #expect(farewells == [3])
            #expect(answered == [1, 3])
            #expect(cluster.requests.map(\.query) == ["n=1", "n=3"])
            #expect(cluster.object("\(Sample.configMaps)/second") != nil)
            #expect(cluster.object("\(Sample.configMaps)/third") == nil)
            try await client.close()
        }
    }
}

extension HTTP2Frame {
    fileprivate var isAnswerToPing: Bool {
        if case .ping(_, ack: true) = payload { true } else { false }
    }
}
