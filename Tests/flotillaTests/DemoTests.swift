import TestSupport
import Testing

@Suite("flotilla demo", .timeLimit(.minutes(1)))
struct DemoTests {
    @Test("tells the whole story and leaves no file behind")
    func story() async throws {
        try await withTemporaryDirectory { directory in
            let outcome = try await Binary.run(["demo"], temporaryDirectory: directory)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("traffic: primary 100 %"))
            #expect(outcome.errors.contains("K8S_TRAFFIC_ROUTING"))
            #expect(outcome.output.contains("ImagePullBackOff"), "\(outcome.output)")
            #expect(outcome.output.contains("not reached: K8S_TRAFFIC_ROUTING"))
            #expect(try TestFiles.names(in: directory).isEmpty)
        }
    }

    @Test("says where it looked when the sample is not there")
    func noSample() async throws {
        let outcome = try await Binary.run("demo", "--app", "nowhere")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("nowhere/"), "\(outcome.errors)")
    }
}
