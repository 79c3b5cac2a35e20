import Manifests
import Testing

@testable import Rollouts

@Suite("The application file of a version that runs")
struct RunningConfigurationTests {
    private func restore(_ spec: String, plugin: String? = nil) throws -> Decoded<ApplicationConfiguration> {
        let text = "{apiVersion: pipecd.dev/v1beta1, kind: Application, spec: \(spec)}"
        let document = try #require(YAML.documents(in: Array(text.utf8), file: "a").first)
        return ApplicationConfiguration.decode(document, plugin: plugin, strictness: .restoring)
    }

    @Test(
        "is read in spite of mistakes that do not say what it is made of",
        arguments: [
            "{pipeline: {stages: [{name: K8S_TRAFFIC_ROUTING, with: {primary: 50, canary: 30}}]}}",
            "{pipeline: {stages: [{name: K8S_TRAFFIC_ROUTING, with: {all: Primary}}]}}",
            "{pipeline: {stages: [{name: K8S_TRAFFIC_ROUTING, with: {baseline: 100}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_ROLLOUT, with: {replicas: 2.9}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_ROLOUT}]}}", "{pipeline: {stages: [{name: K8S_NONE}]}}",
            "{pipeline: {stages: [{}]}}", "{pipeline: {stages: [{name: K8S_SYNC, with: {multiTargetz: [a]}}]}}",
            """
            {pipeline: {stages: [{name: K8S_CANARY_ROLLOUT, with: {suffix: x}},
              {name: K8S_BASELINE_ROLLOUT, with: {suffix: x}}]}}
            """,
            "{plugins: {k: {pipeline: {stages: []}}}}", "{plugins: {k: {extra: 1}}}",
            "{plugins: {k: {quickSync: {prune: maybe}}}}", "{plugins: {k: {multiTargets: [a]}}}",
            "{plugins: {k: {maxPrunePercent: 300}}}", "{plugins: {k: {failurePolicy: never}}}",
            "{plugins: {k: {trafficRouting: {method: Istio}}}}", "{timeout: soon}", "{pipelines: {}}",
            "{input: {multiTargets: []}}",
            "{plugins: {k: {input: {multiTargets: [{target: {name: eu}}, {target: {name: eu}}]}}}}",
        ]
    )
    func lenient(spec: String) throws {
        let text = "{apiVersion: pipecd.dev/v1beta1, kind: Application, spec: \(spec)}"
        #expect(try !application(text).problems.isEmpty)
        let decoded = try restore(spec)
        #expect(decoded.problems.isEmpty)
        #expect(!decoded.warnings.isEmpty)
        #expect(try decoded.get().plugin.input.multiTargets.count < 2)
    }

    @Test(
        "is refused when it cannot be said what it is made of",
        arguments: [
            ("[]", "spec"), ("{plugins: {k: 1}}", "spec.plugins.k"), ("{plugins: {a: {}, b: {}}}", "spec.plugins"),
            ("{plugins: {k: {input: {manifests: a}}}}", "spec.plugins.k.input.manifests"),
            ("{plugins: {k: {input: {multiTarget: []}}}}", "spec.plugins.k.input.multiTarget"),
            (
                "{plugins: {k: {input: {multiTargets: [{target: {name: a}}, {target: {name: a}, manifests: [x]}]}}}}",
                "spec.plugins.k.input.multiTargets[1].target.name"
            ),
            ("{plugins: {k: {variantLabel: {key: '/'}}}}", "spec.plugins.k.variantLabel.key"),
            ("{plugins: {k: {workloads: a}}}", "spec.plugins.k.workloads"),
            ("{plugins: {k: {service: web}}}", "spec.plugins.k.service"),
        ]
    )
    func strict(spec: String, path: String) throws {
        #expect(try restore(spec).problems.map(\.path) == [path])
    }

    @Test("keeps what can be read beside a mistake")
    func readable() throws {
        let spec =
            "{planner: {autoRollback: 3, alwaysUsePipeline: true}, plugins: {k: {quickSync: {prune: 3}, service: {name: w}}}}"
        let configuration = try restore(spec).get()
        #expect(configuration.planner.alwaysUsePipeline && configuration.planner.autoRollback)
        #expect(configuration.plugin.service?.name == "w" && !configuration.plugin.quickSyncOptions.prune)
    }
}
