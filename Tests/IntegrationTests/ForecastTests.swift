import Manifests
import Testing

@testable import Stages

extension AllTypesTests {
    @Suite("What a plan foretells")
    struct ForecastTests {
        /// Two versions of an application, and the stages from the one to the other.
        struct Situation: Sendable, CustomTestStringConvertible {
            let name: String
            var running: TestApplication?
            let target: TestApplication
            let stages: [(name: String, options: String)]
            var namespace = TestFleet.NamespaceState.there
            /// The objects that somebody has made before, each with who it was.
            var before: [(manager: String, object: String)] = []

            var testDescription: String { name }
        }

        @Test(
            "is what a run of the stages then does, object by object",
            arguments: [pipeline(.podSelector, "{all: canary}"), pipeline(.istio, "{canary: 30}"), first, modes]
        )
        func isExact(situation: Situation) async throws {
            try await TestFleet.with(namespace: situation.namespace) { fleet in
                if let running = situation.running { try await fleet.succeed("K8S_SYNC", of: running) }
                for place in fleet.namespaces {
                    for (manager, object) in situation.before {
                        let manifest = try place.manifest(object)
                        let path = place.path("configmaps") + "?fieldManager=\(manager)"
                        #expect(try await place.send("POST", path, manifest.object).code == 201)
                    }
                }
                var forecasts: [StageForecast] = []
                for (name, options) in situation.stages {
                    forecasts.append(
                        try await fleet.forecast(
                            name,
                            options,
                            of: situation.target,
                            after: situation.running,
                            forecasts
                        )
                    )
                }
                for ((name, options), forecast) in zip(situation.stages, forecasts) {
                    let report = try await fleet.run(name, options, of: situation.target, after: situation.running)
                    #expect(report.outcome == .succeeded, "\(report)")
                    let foretold = forecast.answers.map { Self.lines($0.target, $0.changes) }
                    let done = report.targets.map { Self.lines($0.target, $0.changes) }
                    #expect(foretold == done, "\(name) \(options)")
                    let count = forecast.answers.flatMap(\.answers).count
                    #expect(forecast.answers.flatMap(\.changes).count == count, "\(forecast.answers)")
                }
                if situation.namespace == .missing { try await mark(fleet) }
            }
        }

        private static func lines(_ target: String, _ changes: [ResourceChange]) -> [String] {
            [target] + changes.map { "\($0.change.rawValue) \($0.resource)" }.sorted()
        }

        /// Marks namespaces that a stage has made as those of the tests, which remove them.
        private func mark(_ fleet: TestFleet) async throws {
            let mark: Value = ["metadata": ["labels": [TestNamespace.label: .string(TestNamespace.run)]]]
            for place in fleet.namespaces {
                let path = "/api/v1/namespaces/\(fleet.name)"
                #expect(try await place.send("PATCH", path, mark, type: TestNamespace.merge).code == 200)
            }
        }

        private static func settings(_ name: String, _ annotations: String, _ data: String) -> String {
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: \(name), annotations: {\(annotations)}}
            data: \(data)

            """
        }

        private static let job = """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: orders-migrate}
            spec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: "registry.test/m:1"}]}}}

            """

        /// All eight stages.
        private static func pipeline(_ routing: TestApplication.Routing, _ share: String) -> Situation {
            let back = routing == .podSelector ? "{all: primary}" : "{primary: 100}"
            return Situation(
                name: "a pipeline with \(routing)",
                running: TestApplication(routing: routing, more: [settings("orders-old", "", "{a: b}")]),
                target: TestApplication(
                    routing: routing,
                    image: "registry.test/shop/orders:1.5.0",
                    region: "us",
                    more: [settings("orders-new", "", "{a: b}"), job]
                ),
                stages: [
                    ("K8S_CANARY_ROLLOUT", "{replicas: 1, createService: true}"),
                    ("K8S_BASELINE_ROLLOUT", "{replicas: 1, createService: true}"), ("K8S_TRAFFIC_ROUTING", share),
                    ("K8S_PRIMARY_ROLLOUT", "{prune: true}"), ("K8S_TRAFFIC_ROUTING", back), ("K8S_CANARY_CLEAN", "{}"),
                    ("K8S_BASELINE_CLEAN", "{}"), ("K8S_ROLLBACK", "{}"), ("K8S_SYNC", "{prune: true}"),
                    ("K8S_SYNC", "{}"),
                ]
            )
        }

        private static let first = Situation(
            name: "a first deployment into a namespace that it makes",
            target: TestApplication(createsNamespace: true, more: [job]),
            stages: [
                ("K8S_SYNC", "{}"), ("K8S_SYNC", "{prune: true}"), ("K8S_PRIMARY_ROLLOUT", "{createService: true}"),
            ],
            namespace: .missing
        )

        private static let modes = Situation(
            name: "objects that are replaced, migrated and taken over",
            target: TestApplication(more: [
                settings("orders-replaced", "pipecd.dev/sync-by-replace: enabled", "{a: b}"),
                settings("orders-forced", "pipecd.dev/force-sync-by-replace: enabled", "{a: b}"),
                settings("orders-kubectl", "", "{a: b}"),
                settings("orders-taken", "pipecd.dev/force-conflicts: \"true\"", "{a: b}"),
            ]),
            stages: [("K8S_SYNC", "{}"), ("K8S_SYNC", "{}"), ("K8S_PRIMARY_ROLLOUT", "{}")],
            before: [
                ("someone", settings("orders-replaced", "", "{a: x, c: d}")),
                ("someone", settings("orders-forced", "", "{a: x, c: d}")),
                (
                    "kubectl-client-side-apply",
                    settings(
                        "orders-kubectl",
                        "kubectl.kubernetes.io/last-applied-configuration: \"{}\"",
                        "{a: x, c: d}"
                    )
                ), ("someone", settings("orders-taken", "", "{a: x, c: d}")),
            ]
        )
    }
}
