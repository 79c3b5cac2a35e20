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

    @Test("warns of what is read otherwise than it looks, once for all targets")
    func warnings() async throws {
        try await withTemporaryDirectory { directory in
            let input = "{multiTargets: [{target: {name: eu}}, {target: {name: us}}]}"
            let spec = "{name: a, plugins: {k: {input: \(input)}}}"
            try TestFiles.write(
                "{apiVersion: pipecd.dev/v1beta1, kind: Application, spec: \(spec)}",
                to: "\(directory)/app.pipecd.yaml"
            )
            let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  y: a\n"
            try TestFiles.write(manifest, to: "\(directory)/a.yaml")
            let outcome = try await Binary.run("validate", directory)
            #expect(outcome.code == 0, "\(outcome)")
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == 2 && lines[0].hasPrefix("warning: ") && lines[0].contains("a.yaml:5:3"), "\(lines)")
        }
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

    @Test(
        "reports the mistakes of the application file together with those of the manifests and of every stage",
        arguments: [
            // A slip in a stage does not hide a bad manifest.
            (
                "{pipeline: {stages: [{name: K8S_CANARY_ROLLOUT, with: {replica: 1}}]}}",
                ["a.yaml": "kind: ConfigMap\nmetadata: {labels: {}}\n"],
                [
                    "app.pipecd.yaml:3:62: spec.pipeline.stages[0].with.replica: "
                        + "unknown field, did you mean \"replicas\"",
                    "a.yaml:2:1: metadata.name must be a name, found nothing",
                ]
            ),
            // Which manifests would be loaded is not known.
            (
                "{plugins: {k: {input: {manifest: [b.yaml]}}}}",
                ["a.yaml": "kind: ConfigMap\nmetadata: {labels: {}}\n"],
                [
                    "app.pipecd.yaml:3:30: spec.plugins.k.input.manifest: unknown field, did you mean \"manifests\""
                ]
            ),
            // Nothing to copy, and nothing to route by.
            (
                "{pipeline: {stages: [{name: K8S_CANARY_ROLLOUT}, {name: K8S_TRAFFIC_ROUTING, with: {all: canary}}]}}",
                ["a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"],
                [
                    "app.pipecd.yaml:3:28: spec.pipeline.stages[0]: "
                        + "no workload found: there is no Deployment; set workloads",
                    "app.pipecd.yaml:3:56: spec.pipeline.stages[1]: no Service found; add one",
                ]
            ),
            // The running version of a baseline is taken to be the one that is validated.
            (
                "{pipeline: {stages: [{name: K8S_BASELINE_ROLLOUT}, {name: K8S_BASELINE_CLEAN}]}}",
                ["a.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {}}\n"],
                [
                    "app.pipecd.yaml:3:28: spec.pipeline.stages[0]: a.yaml:1:1: Deployment/a: "
                        + "spec.selector is missing; add one that matches the labels of the pods"
                ]
            ),
            // The files of a target that is meant by its labels are looked at, too.
            (
                "{plugins: {k: {input: {multiTargets: [{target: {labels: {region: eu}}, manifests: [eu.yaml]}]}}}}",
                ["a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"],
                ["eu.yaml: no such file or directory"]
            ),
            // Bad files of one target hide neither those of another nor what is wrong with a stage on a third.
            (
                """
                {pipeline: {stages: [{name: K8S_PRIMARY_ROLLOUT, with: {multiTargets: [eu]}}, {name: K8S_CANARY_ROLLOUT}]},
                  plugins: {k: {input: {multiTargets: [
                    {target: {name: eu}, manifests: [eu.yaml]}, {target: {name: us}, manifests: [us.yaml]},
                    {target: {name: asia}, manifests: [a.yaml]}]}}}}
                """,
                [
                    "a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
                    "us.yaml": "apiVersion: v1\nkind: ConfigMap\n",
                ],
                [
                    "eu.yaml: no such file or directory",
                    "us.yaml:1:1: metadata.name must be a name, found nothing",
                    "app.pipecd.yaml:3:85: spec.pipeline.stages[1]: "
                        + "no workload found: there is no Deployment; set workloads",
                ]
            ),
        ] as [(String, [String: String], [String])]
    )
    func together(spec: String, files: [String: String], problems: [String]) async throws {
        try await withTemporaryDirectory { directory in
            let application = "apiVersion: pipecd.dev/v1beta1\nkind: Application\nspec: \(spec)\n"
            try TestFiles.write(application, to: "\(directory)/app.pipecd.yaml")
            for (name, text) in files { try TestFiles.write(text, to: "\(directory)/\(name)") }
            let outcome = try await Binary.run("validate", directory, "-o", "json")
            #expect(outcome.code == 1)
            let value = try Value(json: Array(outcome.output.utf8))
            let found = value["problems"]?.array?.compactMap(\.string) ?? []
            #expect(found.map { $0.replacing("\(directory)/", with: "") } == problems)
            #expect(value["valid"] == false)
        }
    }

    @Test(
        "says what a valid application is, and what is odd about it",
        arguments: [
            ("{}", "valid: quick sync, because spec.pipeline has no stages\n"),
            (
                "{plugins: {k: {quickSync: {multiTargets: [{target: {labels: {region: eu}}}]}}}}",
                "valid: quick sync, because spec.pipeline has no stages\n"
            ),
            (
                "{pipeline: {stages: [{name: K8S_PRIMARY_ROLLOUT, with: {multiTargets: [{target: {labels: {a: b}}}]}}]}}",
                "valid: 1 stage\n"
            ),
            (
                "{planer: {}}",
                "warning: app.pipecd.yaml:3:8: spec.planer: unknown field, did you mean \"planner\"; PipeCD ignores it\n"
                    + "valid: quick sync, because spec.pipeline has no stages\n"
            ),
        ] as [(String, String)]
    )
    func valid(spec: String, text: String) async throws {
        try await withTemporaryDirectory { directory in
            let application = "apiVersion: pipecd.dev/v1beta1\nkind: Application\nspec: \(spec)\n"
            try TestFiles.write(application, to: "\(directory)/app.pipecd.yaml")
            try TestFiles.write("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", to: "\(directory)/a.yaml")
            let outcome = try await Binary.run("validate", directory)
            #expect(outcome.code == 0, "\(outcome)")
            #expect(outcome.output.replacing("\(directory)/", with: "") == text)
        }
    }

    @Test(
        "checks names and labels of targets against a file of them",
        arguments: [
            ("{}", "[us]", "valid: 1 stage\n"),
            ("{}", "[{target: {labels: {region: eu}}}]", "valid: 1 stage\n"),
            (
                "{}", "[{target: {labels: {region: asia}}}]",
                "app.pipecd.yaml:4:23: spec.pipeline.stages[0]: no deploy target to run on: "
                    + "the stage lists labels region=asia; the application deploys to eu, us\n1 problem\n"
            ),
            (
                "{}", "[uss]",
                "app.pipecd.yaml:4:23: spec.pipeline.stages[0]: "
                    + "unknown deploy target \"uss\", did you mean \"us\"\n1 problem\n"
            ),
            (
                "{multiTargets: [{target: {name: eu}}, {target: {name: mars}}]}", "[]",
                """
                warning: skipping "mars": no such deploy target is registered
                warning: leaving out "us": no entry of input.multiTargets is for it
                valid: 1 stage

                """
            ),
            (
                "{multiTargets: [{target: {name: mars}}]}", "[]",
                "no deploy target to run on: no entry of input.multiTargets is registered; registered are eu, us\n"
                    + "1 problem\n"
            ),
        ] as [(String, String, String)]
    )
    func targets(input: String, list: String, text: String) async throws {
        try await withTemporaryDirectory { directory in
            try TestFiles.write(
                """
                apiVersion: pipecd.dev/v1beta1
                kind: Application
                spec:
                  pipeline: {stages: [{name: K8S_PRIMARY_ROLLOUT, with: {multiTargets: \(list)}}]}
                  plugins: {k: {input: \(input)}}
                """,
                to: "\(directory)/app.pipecd.yaml"
            )
            try TestFiles.write("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", to: "\(directory)/a.yaml")
            try TestFiles.write(
                "- {name: eu, labels: {region: eu}, config: {}}\n- {name: us, config: {}}\n",
                to: "\(directory)/targets/targets.yaml"
            )
            let outcome = try await Binary.run("validate", directory, "--targets", "\(directory)/targets/targets.yaml")
            #expect(outcome.output.replacing("\(directory)/", with: "") == text)
            #expect(outcome.code == (text.hasSuffix("problem\n") ? 1 : 0))
        }
    }

    @Test("looks for the plugin of --plugin before it reads anything else")
    func unknownPlugin() async throws {
        try await withTemporaryDirectory { directory in
            try TestFiles.write(
                "{kind: X, spec: {plugins: {fleet: {oops: 1}}}}",
                to: "\(directory)/app.pipecd.yaml"
            )
            let outcome = try await Binary.run("validate", directory, "--plugin", "fleeet")
            #expect(outcome.code == 64)
            let text =
                "--plugin fleeet: app.pipecd.yaml has no such plugin, did you mean \"fleet\"; spec.plugins has fleet"
            #expect(outcome.errors.contains(text) && !outcome.errors.contains("oops"), "\(outcome)")
        }
    }
}
