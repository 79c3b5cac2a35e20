import Manifests
import Rollouts
import Testing

@Suite("An application file")
struct ApplicationConfigurationTests {
    private let pipeline = """
        apiVersion: pipecd.dev/v1beta1
        kind: Application
        spec:
          name: orders
          labels: {team: shop}
          description: the order service
          planner: {autoRollback: false, alwaysUsePipeline: true}
          timeout: 2h
          pipeline:
            stages:
              - name: K8S_CANARY_ROLLOUT
                desc: try it
                timeout: 10m
                with: {replicas: 20%}
              - name: WAIT_APPROVAL
                with: {approvers: [me]}
              - name: K8S_MULTI_PRIMARY_ROLLOUT
                skipOn: {paths: [docs]}
          plugins:
            kubernetes_multicluster:
              service: {name: orders}
        """

    @Test("is read with its stages, those of other plugins included")
    func stages() throws {
        let decoded = try application(pipeline)
        #expect(decoded.problems.isEmpty && decoded.warnings.isEmpty)
        let configuration = try decoded.get()
        #expect(configuration.name == "orders" && configuration.labels == ["team": "shop"])
        #expect(!configuration.planner.autoRollback && configuration.planner.alwaysUsePipeline)
        #expect(configuration.timeout == .seconds(7200))
        #expect(
            configuration.pipeline.map(\.text) == ["K8S_CANARY_ROLLOUT", "WAIT_APPROVAL", "K8S_MULTI_PRIMARY_ROLLOUT"]
        )
        #expect(configuration.pipeline.map(\.index) == [0, 1, 2])
        #expect(configuration.pipeline[1].action == .foreign("WAIT_APPROVAL"))
        let canary = VariantRolloutOptions(replicas: .percent(20), suffix: "canary")
        #expect(configuration.pipeline[0].options?.details == .canaryRollout(canary))
        #expect(configuration.pipeline[0].description == "try it")
        #expect(configuration.pipeline.map(\.timeout) == [.seconds(600), .seconds(21600), .seconds(21600)])
        #expect(configuration.plugin.service?.name == "orders")
    }

    @Test("needs hardly anything")
    func minimal() throws {
        let configuration = try application("apiVersion: pipecd.dev/v1beta1\nkind: KubernetesApp").get()
        #expect(configuration == ApplicationConfiguration())
        #expect(configuration.planner.autoRollback && configuration.timeout == .seconds(21600))
    }

    @Test("reports every mistake at once, with its place and what was meant")
    func mistakes() throws {
        let text = """
            apiVersion: pipecd.dev/v1beta1
            kind: Application
            spec:
              pipeline:
                stages:
                  - name: K8S_CANARY_ROLLOUT
                    with:
                      replica: 10%
                  - name: K8S_CANARY_CLAEN
                  - name: K8S_TRAFFIC_ROUTING
                    with: {canary: 110}
                  - with: {}
              plugins:
                kubernetes_multicluster:
                  variantlabel: {}
                  input: {helmChart: {path: c}, kustomizeOptions: {a: b}}
            """
        let names = StageName.all.map(\.text).joined(separator: ", ")
        let problems = try application(text).problems.map(\.description)
        #expect(
            problems == [
                "app.pipecd.yaml:8:11: spec.pipeline.stages[0].with.replica: unknown field, did you mean \"replicas\"",
                "app.pipecd.yaml:9:9: spec.pipeline.stages[1].name: unsupported stage \"K8S_CANARY_CLAEN\", "
                    + "did you mean \"K8S_CANARY_CLEAN\"; accepted are \(names)",
                "app.pipecd.yaml:11:16: spec.pipeline.stages[2].with.canary: "
                    + "must be a whole percentage from 0 to 100 such as 30 or \"30%\", found 110",
                "app.pipecd.yaml:12:9: spec.pipeline.stages[3].name: must not be empty",
                "app.pipecd.yaml:15:7: spec.plugins.kubernetes_multicluster.variantlabel: "
                    + "unknown field, did you mean \"variantLabel\"",
                "app.pipecd.yaml:16:37: spec.plugins.kubernetes_multicluster.input: "
                    + "helmChart and kustomizeOptions are mutually exclusive",
            ]
        )
    }

    @Test(
        "is refused with a wrong envelope",
        arguments: [
            ("kind: Application", "apiVersion: must be \"pipecd.dev/v1beta1\", found nothing"),
            ("apiVersion: v1\nkind: Application", "apiVersion: must be \"pipecd.dev/v1beta1\", found \"v1\""),
            ("apiVersion: pipecd.dev/v1beta1", "kind: must be \"Application\", found nothing"),
            (
                "apiVersion: pipecd.dev/v1beta1\nkind: Aplication",
                "kind: must be \"Application\", found \"Aplication\", did you mean \"Application\""
            ),
            ("just words", "an application file must be a mapping, found a string"),
        ] as [(String, String)]
    )
    func envelope(text: String, problem: String) throws {
        let problems = try application(text).problems
        #expect(problems.map { $0.path.isEmpty ? $0.text : "\($0.path): \($0.text)" } == [problem])
    }

    @Test(
        "CFG-01 has the defaults of the plugin without its block",
        arguments: ["spec: {}", "spec: {plugins: {}}", "spec: {plugins: {kubernetes_multicluster: }}", "spec:"]
            as [String]
    )
    func noBlock(text: String) throws {
        let configuration = try application("apiVersion: pipecd.dev/v1beta1\nkind: Application\n\(text)").get()
        #expect(configuration.plugin == PluginSpec() && configuration.pipeline.isEmpty)
    }

    @Test("warns of fields that nobody reads and of blocks at the wrong place")
    func warnings() throws {
        let text = """
            apiVersion: pipecd.dev/v1beta1
            kind: Application
            spec:
              planer: {}
              quickSync: {prune: true}
              pipeline: {stages: [{name: WAIT, descr: x}]}
            """
        let decoded = try application(text)
        #expect(decoded.problems.isEmpty)
        #expect(
            decoded.warnings.map(\.description) == [
                "app.pipecd.yaml:4:3: spec.planer: unknown field, did you mean \"planner\"; PipeCD ignores it",
                "app.pipecd.yaml:5:3: spec.quickSync: PipeCD ignores it here; "
                    + "move it to spec.plugins.kubernetes_multicluster",
                "app.pipecd.yaml:6:36: spec.pipeline.stages[0].descr: unknown field, did you mean \"desc\"; PipeCD ignores it",
            ]
        )
    }

    @Test(
        "refuses what PipeCD would read in another way, or ignore at a cost",
        arguments: [
            ("spec: {Pipeline: {}}", "spec.Pipeline: unknown field, did you mean \"pipeline\""),
            ("spec: {pipline: {}}", "spec.pipline: unknown field, did you mean \"pipeline\""),
            ("spec: {plugin: {}}", "spec.plugin: unknown field, did you mean \"plugins\""),
            ("Spec: {}", "Spec: unknown field, did you mean \"spec\""),
            ("spec: {pipeline: {stage: []}}", "spec.pipeline.stage: unknown field, did you mean \"stages\""),
            (
                "spec: {pipeline: {stages: [{name: K8S_SYNC, wiht: {}}]}}",
                "spec.pipeline.stages[0].wiht: unknown field, did you mean \"with\""
            ),
            (
                "spec: {pipeline: {stages: [{name: K8S_SYNC, multiTargets: [eu]}]}}",
                "spec.pipeline.stages[0].multiTargets: has no effect here; "
                    + "it belongs into input, or into the with of a stage"
            ),
            (
                "spec: {multiTarget: [eu]}",
                "spec.multiTarget: unknown field, did you mean \"multiTargets\""
            ),
            (
                "spec: {input: {multiTargets: []}}",
                "spec.input: PipeCD ignores it here; move it to spec.plugins.kubernetes_multicluster"
            ),
            (
                "spec: {plugins: {kubernetes_multicluster: {pipeline: {stages: []}}}}",
                "spec.plugins.kubernetes_multicluster.pipeline: has no effect here; move it to spec.pipeline"
            ),
            ("spec: {timeout: -5m}", "spec.timeout: must be a duration such as 90s or 1h30m, found \"-5m\""),
            ("spec: {planner: {autoRollback: 1}}", "spec.planner.autoRollback: must be true or false, found 1"),
            ("spec: {name: [a]}", "spec.name: must be a string, found a list"),
            (
                "spec: {pipeline: {stages: [{name: K8S_SYNC, skipOn: {paths: docs}}]}}",
                "spec.pipeline.stages[0].skipOn.paths: must be a list, found a string"
            ),
        ] as [(String, String)]
    )
    func refused(text: String, problem: String) throws {
        let decoded = try application("apiVersion: pipecd.dev/v1beta1\nkind: Application\n\(text)")
        #expect(decoded.problems.map { "\($0.path): \($0.text)" } == [problem])
        #expect(decoded.problems.allSatisfy { $0.position?.line == 3 })
    }

    @Test(
        "leaves stages of other plugins alone, unless the name can only be a slip",
        arguments: [
            ("K8_CANARY_ROLLOUT", "K8S_CANARY_ROLLOUT"), ("KS8_MULTI_SYNC", "K8S_MULTI_SYNC"),
            ("ECS_CANARY_ROLLOUT", nil), ("WAIT", nil), ("SCRIPT_RUN", nil),
        ] as [(String, String?)]
    )
    func foreignStages(name: String, near: String?) throws {
        let text = "{apiVersion: pipecd.dev/v1beta1, kind: Application, spec: {pipeline: {stages: [{name: \(name)}]}}}"
        let problems = try application(text).problems
        #expect(problems.isEmpty == (near == nil))
        #expect(problems.allSatisfy { $0.text.contains("did you mean \"\(near ?? "")\"") })
    }

    @Test("is refused when a key stands in it twice")
    func duplicateKey() {
        let text = "apiVersion: pipecd.dev/v1beta1\nkind: Application\nspec:\n  name: a\n  name: b\n"
        let expected = "app.pipecd.yaml:5:3: key \"name\" is there twice in one mapping; remove one"
        #expect(message { _ = try application(text) } == expected)
    }

    @Test(
        "uses the named plugin, the usual one, or the only one",
        arguments: [
            ("{kubernetes_multicluster: {service: {name: a}}, other: {}}", nil, "a"),
            ("{fleet: {service: {name: b}}}", nil, "b"),
            ("{fleet: {service: {name: b}}, kubernetes_multicluster: {}}", "fleet", "b"),
            ("{fleet: {}}", "absent", nil),
            ("{}", nil, nil),
        ] as [(String, String?, String?)]
    )
    func pluginName(plugins: String, name: String?, service: String?) throws {
        let text = "apiVersion: pipecd.dev/v1beta1\nkind: Application\nspec: {plugins: \(plugins)}"
        #expect(try application(text, plugin: name).get().plugin.service?.name == service)
    }

    @Test("asks which plugin is meant when it cannot know")
    func ambiguousPlugin() throws {
        let text = "apiVersion: pipecd.dev/v1beta1\nkind: Application\nspec: {plugins: {a: {}, b: {}}}"
        let expected = "spec.plugins: none is \"kubernetes_multicluster\"; say which one to use: \"a\", \"b\""
        #expect(try application(text).problems.map { "\($0.path): \($0.text)" } == [expected])
    }

    @Test(
        "refuses stages that would get into each other's way",
        arguments: [
            (
                "[{name: K8S_CANARY_ROLLOUT, with: {suffix: x}}, {name: K8S_BASELINE_ROLLOUT, with: {suffix: x}}]",
                "canary and baseline both use the suffix \"x\"; give one of them another"
            ),
            (
                "[{name: K8S_TRAFFIC_ROUTING, with: {baseline: 100}}]",
                "method podselector moves all traffic at once, to primary or canary; "
                    + "wanted primary 0%, canary 0%, baseline 100%; write all: canary or all: primary, or use method istio or gatewayapi"
            ),
        ] as [(String, String)]
    )
    func conflicts(stages: String, problem: String) throws {
        let text = """
            apiVersion: pipecd.dev/v1beta1
            kind: Application
            spec:
              pipeline: {stages: \(stages)}
              plugins: {k: {input: {multiTargets: [{target: {name: eu}}, {target: {name: us}}]}}}
            """
        #expect(try application(text).problems.map(\.text) == [problem])
    }

    @Test("lets variants share a suffix that never meet on a target")
    func sharedSuffix() throws {
        func problems(_ first: String, _ second: String) throws -> Int {
            let stages = """
                [{name: K8S_CANARY_ROLLOUT, with: {suffix: x\(first)}}, {name: K8S_BASELINE_ROLLOUT, with: {suffix: x\(second)}}]
                """
            let text = "{apiVersion: pipecd.dev/v1beta1, kind: Application, spec: {pipeline: {stages: \(stages)}}}"
            return try application(text).problems.count
        }
        #expect(try problems(", multiTargets: [eu, ap]", ", multiTargets: [us]") == 0)
        #expect(try problems(", multiTargets: [eu, ap]", ", multiTargets: [ap]") == 1)
        #expect(try problems(", multiTargets: [eu]", "") == 1)
        #expect(try problems(", multiTargets: [eu]", ", multiTargets: [{target: {labels: {a: b}}}]") == 1)
    }

    @Test("warns of targets of a stage or a quick sync that the application leaves out")
    func unknownTargets() throws {
        let text = """
            apiVersion: pipecd.dev/v1beta1
            kind: Application
            spec:
              pipeline: {stages: [{name: K8S_PRIMARY_ROLLOUT, with: {multiTargets: [eu-1, eu-2]}}]}
              plugins:
                k: {input: {multiTargets: [{target: {name: eu-1}}]}, quickSync: {multiTargets: [asia]}}
            """
        let decoded = try application(text)
        let leftOut = "is not in input.multiTargets, so the stage does not run on it"
        #expect(decoded.problems.isEmpty)
        #expect(
            decoded.warnings.map(\.description) == [
                "app.pipecd.yaml:4:79: spec.pipeline.stages[0].with.multiTargets[1]: "
                    + "\"eu-2\" \(leftOut), did you mean \"eu-1\"",
                "app.pipecd.yaml:6:85: spec.plugins.k.quickSync.multiTargets[0]: \"asia\" \(leftOut)",
            ]
        )
    }

    @Test(
        "knows whether it labels selectors",
        arguments: [
            ("{}", false), ("{plugins: {k: {quickSync: {addVariantLabelToSelector: true}}}}", true),
            ("{pipeline: {stages: [{name: K8S_PRIMARY_ROLLOUT, with: {addVariantLabelToSelector: true}}]}}", true),
            ("{pipeline: {stages: [{name: K8S_SYNC}, {name: K8S_PRIMARY_ROLLOUT}, {name: WAIT}]}}", false),
        ] as [(String, Bool)]
    )
    func labelsSelectors(spec: String, labels: Bool) throws {
        let text = "{apiVersion: pipecd.dev/v1beta1, kind: Application, spec: \(spec)}"
        #expect(try application(text).get().addsVariantLabelToSelector == labels)
    }

    @Test("with problems throws all of them in one line")
    func get() throws {
        let decoded = try application("kind: X")
        let expected = """
            app.pipecd.yaml:1:1: apiVersion: must be "pipecd.dev/v1beta1", found nothing; \
            app.pipecd.yaml:1:1: kind: must be "Application", found "X"
            """
        #expect(message { _ = try decoded.get() } == expected)
    }
}
