import Manifests
import Rollouts
import Testing

@Suite("The plugin's block")
struct PluginSpecTests {
    @Test("CFG-01 has a default for everything", arguments: ["{}", "null", "{input: null, service: null}"] as [String])
    func defaults(text: String) throws {
        let spec = try spec(text)
        #expect(spec == PluginSpec())
        #expect(spec.variantLabel.key == "pipecd.dev/variant")
        #expect(Variant.allCases.map(spec.variantLabel.value) == ["primary", "canary", "baseline"])
        #expect(spec.trafficRouting == nil)
        #expect(spec.input.multiTargets.isEmpty && spec.workloads.isEmpty)
        #expect(spec.quickSyncOptions == SyncOptions())
        #expect(spec.readiness == ReadinessPolicy(wait: true, deadline: .seconds(600)))
        #expect(spec.failurePolicy == .continueOthers)
        #expect(spec.concurrency == Concurrency(clusters: 16, requests: 16))
        #expect(spec.maxPrunePercent == 50 && spec.allowPruning.isEmpty)
    }

    @Test("CFG-02 changes single parts of the variant label; an empty text is the default")
    func variantLabel() throws {
        let label = try spec("variantLabel: {key: shop.test/track, canaryValue: next, baselineValue: ''}").variantLabel
        #expect(label == VariantLabel(key: "shop.test/track", canary: "next"))
    }

    @Test(
        "CFG-12, CONF-01 names the target entry without a name",
        arguments: ["[{target: {name: eu}}, {target: {name: ''}}]", "[{target: {name: eu}}, {manifests: [a.yaml]}]"]
            as [String]
    )
    func targetWithoutName(list: String) throws {
        let decoded = PluginSpec.decode(try value("input: {multiTargets: \(list)}"))
        #expect(decoded.problems.map(\.description) == ["input: multiTargets[1].target.name must not be empty"])
    }

    @Test("CFG-13, CONF-02 refuses a chart beside options of kustomize")
    func helmAndKustomize() throws {
        let input = "input: {helmChart: {path: ./chart}, kustomizeOptions: {enable-helm: ''}}"
        let expected = ["input: helmChart and kustomizeOptions are mutually exclusive"]
        #expect(PluginSpec.decode(try value(input)).problems.map(\.description) == expected)
    }

    @Test(
        "CFG-13, CFG-22, CONF-03 takes each of them alone",
        arguments: [
            "{}", "input: {multiTargets: [{target: {name: eu}}]}", "input: {helmChart: {path: ./chart}}",
            "input: {helmChart: {}, kustomizeOptions: {}}", "input: {kustomizeOptions: {enable-helm: ''}}",
        ] as [String]
    )
    func valid(text: String) throws {
        #expect(PluginSpec.decode(try value(text)).problems.isEmpty)
    }

    @Test(
        "refuses what cannot work, before any stage runs",
        arguments: [
            (
                "trafficRouting: {method: Istio}",
                "trafficRouting.method: unknown value \"Istio\", did you mean \"istio\"; "
                    + "accepted are \"podselector\", \"istio\", \"gatewayapi\""
            ),
            (
                "trafficRouting: {istio: {virtualService: {kind: Service}}}",
                "trafficRouting.istio.virtualService.kind: must be \"VirtualService\", found \"Service\""
            ),
            ("variantLabel: {key: 'a b'}", "variantLabel.key: \"a b\" is no label key of Kubernetes"),
            (
                "variantLabel: {canaryValue: ünlabelled}",
                "variantLabel.canaryValue: \"ünlabelled\" is no label value of Kubernetes"
            ),
            (
                "variantLabel: {canaryValue: primary}",
                "variantLabel: primaryValue, canaryValue and baselineValue must differ"
            ),
            (
                "input: {multiTargets: [{target: {name: eu}}, {target: {name: eu}}]}",
                "input.multiTargets[1].target.name: \"eu\" is there twice; remove one"
            ),
            (
                "input: {multiTarget: [{provider: {name: eu}}]}",
                "input.multiTarget: unknown field, did you mean \"multiTargets\""
            ),
            ("input: {manifest: [a.yaml]}", "input.manifest: unknown field, did you mean \"manifests\""),
            ("input: {kubectlVersion: 1.31}", "input.kubectlVersion: must be a string, found a number; quote it"),
            (
                "input: {kustomizeOptions: {enable-helm: true}}",
                "input.kustomizeOptions.enable-helm: must be a string, found a boolean; quote it"
            ),
            ("input: {namespace: Shop}", "input.namespace: \"Shop\" is no name of a namespace"),
            ("pipeline: {stages: []}", "pipeline: has no effect here; move it to spec.pipeline"),
            ("maxPrunePercent: 101", "maxPrunePercent: must be a whole number from 0 to 100, found 101"),
            ("concurrency: {clusters: 0}", "concurrency.clusters: must be a whole number from 1 to 10000, found 0"),
            ("workloads: Deployment", "workloads: must be a list, found a string"),
            ("service: orders", "service: must be a mapping, found a string"),
            (
                "workloads: [{kind: deployment}]",
                "workloads[0].kind: unknown kind of workload \"deployment\", did you mean \"Deployment\""
            ),
            ("maxPrunePercent: 50.5", "maxPrunePercent: must be a whole number from 0 to 100, found 50.5"),
            (
                "allowPruning: [Namespace, namespace, 3]",
                "allowPruning[1]: unknown value \"namespace\", did you mean \"Namespace\"; "
                    + "accepted are \"Namespace\", \"CustomResourceDefinition\"; "
                    + "allowPruning[2]: must be a string, found an integer"
            ),
            (
                "multiTargets: [eu]",
                "multiTargets: has no effect here; it belongs into input, or into the with of a stage"
            ),
            ("quicksync: {}", "quicksync: unknown field, did you mean \"quickSync\""),
            ("input: {manifests: [a.yaml, '']}", "input.manifests[1]: must not be empty"),
            (
                "concurrency: {requests: 1.5}",
                "concurrency.requests: must be a whole number from 1 to 1000, found 1.5"
            ),
        ] as [(String, String)]
    )
    func refused(text: String, problem: String) throws {
        let problems = PluginSpec.decode(try value(text)).problems.map(\.description)
        #expect(problems.joined(separator: "; ") == problem)
    }

    @Test(
        "warns of what has no effect",
        arguments: [
            ("input: {helmOptions: {}}", "input.helmOptions: have no effect without helmChart"),
            (
                "input: {helmChart: {path: c}, manifests: [a.yaml]}",
                "input.manifests: has no effect beside helmChart, which makes all manifests; remove it"
            ),
            (
                "input: {helmChart: {path: c}, multiTargets: [{target: {name: eu}, kustomizeDir: eu}]}",
                "input.multiTargets[0].kustomizeDir: "
                    + "has no effect beside helmChart, which makes all manifests; remove it"
            ),
            (
                "input: {multiTargets: [{target: {name: eu, labels: {a: b}}}]}",
                "input.multiTargets[0].target.labels: have no effect beside the name; remove one of the two"
            ),
            (
                "service: {kind: VirtualService}",
                "service.kind: \"VirtualService\" has no effect, Services are found by name; remove it"
            ),
            (
                "workloads: [{kind: Rollout}]",
                "workloads[0].kind: \"Rollout\" is no kind of workload that Kubernetes has; "
                    + "it has Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob"
            ),
        ] as [(String, String)]
    )
    func warned(text: String, warning: String) throws {
        let decoded = PluginSpec.decode(try value(text))
        #expect(decoded.problems.isEmpty && decoded.warnings.map(\.description) == [warning])
    }

    @Test("BEYOND-11 takes the method istio without its block as one with an empty block")
    func istioWithoutBlock() throws {
        let routing = try spec("{service: {name: orders}, trafficRouting: {method: istio}}").trafficRouting
        #expect(routing == .istio())
    }

    @Test("CFG-18 lists the methods when one is unknown")
    func unknownMethod() throws {
        let problem = PluginSpec.decode(try value("trafficRouting: {method: nginx}")).problems.first?.description
        let expected =
            "trafficRouting.method: unknown value \"nginx\"; accepted are \"podselector\", \"istio\", \"gatewayapi\""
        #expect(problem == expected)
    }

    @Test("reads every field")
    func everything() throws {
        let text = """
            input:
              manifests: [a.yaml]
              kustomizeVersion: 5.3.0
              helmVersion: 3.15.0
              helmChart: {repository: shop, name: orders, version: 1.2.3, gitRemote: g, ref: main, path: p}
              helmOptions: {releaseName: r, setValues: {a: b}, valueFiles: [v.yaml], setFiles: {c: d},
                apiVersions: [x/v1], kubeVersion: "1.32"}
              namespace: shop
              autoCreateNamespace: true
              multiTargets: [{target: {name: eu, labels: {region: eu}}, kustomizeDir: eu, kubectlVersion: "1.30"}]
            workloads: [{kind: Deployment, name: orders}]
            service: {kind: Service, name: orders}
            trafficRouting: {method: istio, istio: {editableRoutes: [main], host: orders.shop, virtualService: {name: v}}}
            failurePolicy: failFast
            concurrency: {requests: 4}
            maxPrunePercent: 10
            allowPruning: [CustomResourceDefinition]
            configHashVersion: 2
            """
        let spec = try spec(text)
        #expect(spec.input.helmChart?.repository == "shop" && spec.input.helmChart?.version == "1.2.3")
        #expect(spec.input.helmOptions?.setValues == ["a": "b"] && spec.input.helmOptions?.kubeVersion == "1.32")
        #expect(spec.input.namespace == "shop" && spec.input.autoCreateNamespace)
        #expect(spec.input.multiTargets.first?.kustomizeDirectory == "eu")
        #expect(spec.workloads == [ResourceReference(kind: "Deployment", name: "orders")])
        #expect(spec.trafficRouting?.istio?.host == "orders.shop")
        #expect(spec.failurePolicy == .failFast && spec.maxPrunePercent == 10)
        #expect(spec.allowPruning == [.customResourceDefinition])
        #expect(spec.concurrency == Concurrency(clusters: 16, requests: 4))
        #expect(spec.configHashVersion == .complete)
    }

    @Test("TMPL-06 has a chart as soon as there is a record of one, be it empty")
    func emptyChart() throws {
        #expect(try spec("input: {helmChart: {}}").input.helmChart != nil)
        #expect(try spec("input: {}").input.helmChart == nil)
    }

    @Test(
        "takes the form of the config hash, 1 where nothing is said",
        arguments: [
            ("{}", .compatible), ("{configHashVersion: 1}", .compatible), ("{configHashVersion: 2}", .complete),
            ("{configHashVersion: null}", .compatible),
        ] as [(String, ConfigHash.Version)]
    )
    func configHashVersion(settings: String, version: ConfigHash.Version) throws {
        #expect(try spec(settings).configHashVersion == version)
    }

    @Test("refuses another form of the config hash, with its place", arguments: ["0", "3", "two", "'2'", "1.5"])
    func wrongConfigHashVersion(version: String) throws {
        let text = "maxPrunePercent: 5\nconfigHashVersion: \(version)\n"
        let document = try #require(try YAML.documents(in: Array(text.utf8), file: "app.pipecd.yaml").first)
        let problems = PluginSpec.decode(document.value, document: document).problems.map { "\($0)" }
        #expect(problems.count == 1)
        let place = "app.pipecd.yaml:2:1: configHashVersion: must be a whole number from 1 to 2, found "
        #expect(problems.first?.hasPrefix(place) == true, "\(problems)")
    }
}
