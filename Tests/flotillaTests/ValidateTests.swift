import Manifests
import TestSupport
import Testing

@Suite("flotilla validate", .timeLimit(.minutes(5)))
struct ValidateTests {
    @Test("accepts the sample application")
    func sample() async throws {
        let outcome = try await Binary.run("validate", "manifests/shop")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output == "valid: 5 stages\n")
    }

    @Test("reports every mistake of the application file, with its place and the name that was meant")
    func mistakes() async throws {
        try await withTemporaryDirectory { directory in
            try TestFiles.write(
                """
                apiVersion: pipecd.dev/v1beta1
                kind: Application
                spec:
                  pipeline:
                    stages:
                      - name: K8S_CANARY_ROLLOUT
                        with:
                          replica: 20%
                      - name: K8S_TRAFIC_ROUTING
                  plugins:
                    kubernetes_multicluster:
                      servce: {name: web}
                """,
                to: "\(directory)/app.pipecd.yaml"
            )
            let outcome = try await Binary.run("validate", directory, "-o", "json")
            #expect(outcome.code == 1)
            let problems = try Value(json: Array(outcome.output.utf8))["problems"]?.array?.compactMap(\.string) ?? []
            for (place, name) in [(":8:", "\"replicas\""), (":9:", "\"K8S_TRAFFIC_ROUTING\""), (":12:", "\"service\"")]
            {
                #expect(
                    problems.contains { $0.contains("app.pipecd.yaml\(place)") && $0.contains(name) },
                    "\(problems)"
                )
            }
        }
    }

    @Test("reports every bad manifest")
    func manifests() async throws {
        try await withTemporaryDirectory { directory in
            try TestFiles.write(
                "{apiVersion: pipecd.dev/v1beta1, kind: Application, spec: {}}",
                to: "\(directory)/app.pipecd.yaml"
            )
            try TestFiles.write("apiVersion: v1\nmetadata: {name: a}\n", to: "\(directory)/a.yaml")
            try TestFiles.write("kind: ConfigMap\nmetadata: {name: b, labels: {x: 1}}\n", to: "\(directory)/b.yaml")
            let outcome = try await Binary.run("validate", directory)
            #expect(outcome.code == 1)
            #expect(outcome.output.contains("a.yaml:1") && outcome.output.contains("b.yaml:2"), "\(outcome.output)")
        }
    }
}
