import TestSupport
import Testing

@Suite("flotilla demo", .timeLimit(.minutes(5)))
struct DemoTests {
    @Test("tells the whole story and leaves no file behind")
    func story() async throws {
        try await withTemporaryDirectory { directory in
            let outcome = try await Binary.run(["demo"], temporaryDirectory: directory)
            #expect(outcome.code == 0, "\(outcome.errors)")
            let canary = "web 1.0.0 5/5, web-canary 2.0.0 1/1, cart 1.0.0 2/2, cart-canary 2.0.0 1/1; traffic: primary"
            for line in [
                "quickSync: no running version is known",
                "pipeline: images change: cart 1.0.0 -> 2.0.0",
                "K8S_CANARY_ROLLOUT   all clusters: \(canary) 100 %",
                "K8S_TRAFFIC_ROUTING  all clusters: \(canary) 90 %, canary 10 %",
                "K8S_CANARY_CLEAN     all clusters: web 2.0.0 5/5, cart 2.0.0 2/2; traffic: primary 100 %",
            ] {
                #expect(outcome.output.contains("  \(line)\n"), "\(outcome.output)")
            }
            #expect(outcome.output.contains("ImagePullBackOff"), "\(outcome.output)")
            #expect(outcome.output.contains("not run: K8S_TRAFFIC_ROUTING, "))
            #expect(outcome.output.contains("rolled back: eu-west, us-east, ap-south\n"), "\(outcome.output)")
            let restored = "K8S_ROLLBACK         all clusters: web 2.0.0 5/5, cart 2.0.0 2/2; traffic: primary 100 %"
            #expect(outcome.output.contains("  \(restored)\n"), "\(outcome.output)")
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
