import FakeKubernetes
import KubernetesAPI
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("What a plan foretells", .timeLimit(.minutes(5)))
struct ForecastTests {
    private typealias Line = Situation.StageLine

    private static let oldImage = Text.deployment(variant: true)
    private static let newImage = Text.deployment(image: "registry.test/shop/orders:1.5.0", variant: true)

    /// A pipeline of all stages but the rollback.
    private static func pipeline(_ share: String) -> [Line] {
        [
            Line("K8S_CANARY_ROLLOUT", "{replicas: 1, createService: true}"),
            Line("K8S_BASELINE_ROLLOUT", "{replicas: 1, createService: true}"),
            Line("K8S_TRAFFIC_ROUTING", share), Line("K8S_PRIMARY_ROLLOUT", "{prune: true}"),
            Line("K8S_TRAFFIC_ROUTING", share.contains("all") ? "{all: primary}" : "{primary: 100}"),
            Line("K8S_CANARY_CLEAN"), Line("K8S_BASELINE_CLEAN"), Line("K8S_PRIMARY_ROLLOUT", "{prune: true}"),
        ]
    }

    private static func list(_ stages: [Line]) -> String {
        "[\(stages.map { "{name: \($0.name), with: \($0.options)}" }.joined(separator: ", "))]"
    }

    private static func routed(_ name: String, _ share: String, plugin: String, routes: [String]) -> Situation {
        let stages = pipeline(share)
        func version(_ deployment: String, _ more: [String]) -> VersionText {
            var text = VersionText(deployment, plugin: plugin, stages: list(stages))
            text.files["b.yaml"] = ([Text.service(variant: true), Text.secret] + routes + more).joined(
                separator: "---\n"
            )
            return text
        }
        return Situation(
            name: name,
            running: version(oldImage, [Text.configMap]),
            target: version(newImage, []),
            stages: stages,
            prepare: { _ in },
            needs: [.created, .configured, .unchanged, .deleted]
        )
    }

    private static let pipelines = [
        routed("a pipeline by the selector of the Service", "{all: canary}", plugin: "{}", routes: []),
        routed("a pipeline by Istio", "{canary: 30}", plugin: Text.istio, routes: [Text.virtualService]),
        gatewayAPI,
    ]

    private static var gatewayAPI: Situation {
        let plugin =
            "{service: {name: orders}, trafficRouting: {method: gatewayapi, gatewayapi: {route: {name: orders}}}}"
        let route = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: orders}
            spec: {parentRefs: [{name: shop}], rules: [{name: main, backendRefs: [{name: orders, port: 80}]}]}

            """
        let definition = CustomDefinition.text(
            group: "gateway.networking.k8s.io",
            kind: "HTTPRoute",
            name: "httproutes"
        )
        return routed(
            "a pipeline by the Gateway API, whose type comes with it",
            "{canary: 30}",
            plugin: plugin,
            routes: [
                definition, route,
            ]
        )
    }

    private static let syncs = [
        Situation(
            name: "a first sync into a namespace that it makes, with a type that it defines",
            target: VersionText(
                CustomDefinition.text(group: "acme.test", kind: "Widget", name: "widgets"),
                "apiVersion: acme.test/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 3}\n",
                oldImage,
                Text.service(),
                Text.secret,
                plugin: "{input: {namespace: shop, autoCreateNamespace: true}}"
            ),
            stages: [Line("K8S_SYNC"), Line("K8S_SYNC"), Line("K8S_PRIMARY_ROLLOUT"), Line("K8S_CANARY_ROLLOUT")],
            needs: [.created, .unchanged]
        ),
        Situation(
            name: "a sync that prunes, keeps what asks for it, and does again nothing",
            running: VersionText(
                oldImage,
                Text.service(),
                Text.configMap,
                Text.secret.replacing(
                    "{name: orders-db}",
                    with: "{name: orders-db, annotations: {pipecd.dev/prune: \"false\"}}"
                )
            ),
            target: VersionText(newImage),
            stages: [Line("K8S_SYNC", "{prune: true}"), Line("K8S_SYNC", "{prune: true}")],
            needs: [.configured, .unchanged, .deleted]
        ),
        Situation(
            name: "objects that are replaced, also by force",
            running: VersionText(Annotated.configMap(Annotated.replace), job("1", "a"), forced(oldImage)),
            target: VersionText(
                Annotated.configMap(Annotated.replace, data: "{REGION: us}"),
                job("1", "a"),
                forced(newImage)
            ),
            stages: [Line("K8S_PRIMARY_ROLLOUT"), Line("K8S_PRIMARY_ROLLOUT")],
            needs: [.configured, .unchanged]
        ),
        Situation(
            name: "a selector that changes, of an object that is made anew",
            running: VersionText(Text.deployment(variant: false)),
            target: VersionText(forced(Text.deployment(variant: true))),
            stages: [Line("K8S_SYNC"), Line("K8S_SYNC")],
            needs: [.configured]
        ),
        Situation(
            name: "new Jobs and Services, which a server gives IDs and addresses",
            target: VersionText(job("1", "a"), Text.service(), oldImage),
            stages: [
                Line("K8S_SYNC"), Line("K8S_PRIMARY_ROLLOUT"), Line("K8S_PRIMARY_ROLLOUT", "{createService: true}"),
            ],
            needs: [.created, .unchanged]
        ),
        Situation(
            name: "objects that kubectl has applied",
            target: VersionText(Text.configMap, Text.deployment()),
            stages: [Line("K8S_SYNC"), Line("K8S_SYNC")],
            prepare: { try ClientSide.apply(to: $0) },
            needs: [.configured, .unchanged]
        ),
        Situation(
            name: "a field that is taken from its owner",
            target: VersionText(Annotated.configMap("pipecd.dev/force-conflicts: \"true\"")),
            stages: [Line("K8S_SYNC"), Line("K8S_SYNC")],
            prepare: { cluster in
                cluster.perform(
                    "POST",
                    "\(Path.configMaps)?fieldManager=someone",
                    [
                        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "orders-settings"],
                        "data": ["LOG_LEVEL": "debug"],
                    ]
                )
            },
            needs: [.configured, .unchanged]
        ),
        Situation(
            name: "an autoscaler that has decided",
            running: VersionText(Text.deployment(replicas: 2), Scaler.text),
            target: VersionText(Text.deployment(image: "r/orders:2", replicas: 2), Scaler.text),
            stages: [
                Line("K8S_CANARY_ROLLOUT", "{replicas: 50%}"), Line("K8S_PRIMARY_ROLLOUT"), Line("K8S_CANARY_CLEAN"),
            ],
            prepare: { Scaler.scale($0, to: 7) },
            needs: [.created, .configured, .deleted]
        ),
        Situation(
            name: "a canary that is there already, cleaned and made again",
            running: VersionText(oldImage, Text.configMap),
            target: VersionText(newImage, Text.configMap),
            stages: [
                Line("K8S_CANARY_ROLLOUT"), Line("K8S_CANARY_CLEAN"), Line("K8S_CANARY_ROLLOUT"),
                Line("K8S_CANARY_CLEAN"),
            ],
            needs: [.created, .deleted]
        ),
        Situation(
            name: "an edit by hand, and a field that Git no longer has",
            running: VersionText(Text.configMap, oldImage),
            target: VersionText(Text.configMap.replacing(", REGION: eu", with: ""), oldImage),
            stages: [Line("K8S_SYNC"), Line("K8S_SYNC")],
            prepare: { cluster in
                cluster.perform(
                    "PATCH",
                    "\(Path.configMaps)/orders-settings?fieldManager=kubectl-edit",
                    ["data": ["THEIRS": "x"]],
                    contentType: "application/merge-patch+json"
                )
            },
            needs: [.configured, .unchanged]
        ),
    ]

    private static let rollbacks = [
        Situation(
            name: "a rollback in the middle of a pipeline",
            running: VersionText(oldImage, Text.service(variant: true), Text.configMap),
            target: VersionText(
                newImage,
                Text.service(variant: true),
                Text.secret,
                stages: list(Array(pipeline("{all: canary}").prefix(4)))
            ),
            stages: [
                Line("K8S_CANARY_ROLLOUT", "{replicas: 1}"), Line("K8S_TRAFFIC_ROUTING", "{all: canary}"),
                Line("K8S_PRIMARY_ROLLOUT"), Line("K8S_ROLLBACK"), Line("K8S_ROLLBACK"),
            ],
            needs: [.created, .configured, .unchanged, .deleted]
        ),
        Situation(
            name: "a rollback by Istio, with a selector that was changed",
            running: VersionText(Text.deployment(), Text.service(), Text.virtualService, plugin: Text.istio),
            target: VersionText(forced(newImage), Text.service(), Text.virtualService, plugin: Text.istio),
            stages: [
                Line("K8S_SYNC"), Line("K8S_CANARY_ROLLOUT"), Line("K8S_TRAFFIC_ROUTING", "{canary: 20}"),
                Line("K8S_ROLLBACK"),
            ],
            needs: [.created, .configured, .deleted]
        ),
    ]

    private static func forced(_ deployment: String) -> String {
        deployment.replacing(
            "labels: {app: orders}}\nspec",
            with: "labels: {app: orders}, annotations: {\(Annotated.forceReplace)}}\nspec"
        )
    }

    private static func job(_ name: String, _ argument: String) -> String {
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: migrate-\(name)}
        spec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: "r/m:1", args: [\(argument)]}]}}}

        """
    }

    @Test("is what a run of the stages then does", arguments: pipelines + syncs + rollbacks)
    func isExact(situation: Situation) async throws {
        let outcomes = try await situation.outcomes()
        for (index, stage) in situation.stages.enumerated() {
            #expect(outcomes.foretold[index] == outcomes.done[index], "\(stage)")
        }
        #expect(outcomes.open == [])
        let changes = Set(outcomes.done.joined().compactMap { $0.split(separator: " ").first.map(String.init) })
        #expect(changes.isSuperset(of: situation.needs.map(\.rawValue)), "\(changes)")
    }
}

/// Definitions of types of the tests' own.
enum CustomDefinition {
    static func text(group: String, kind: String, name: String) -> String {
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: \(name).\(group), annotations: {api-approved.kubernetes.io: unapproved}}
        spec:
          group: \(group)
          scope: Namespaced
          names: {kind: \(kind), plural: \(name), singular: \(kind.lowercased()), listKind: \(kind)List}
          versions:
            - name: v1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}

        """
    }
}

/// Objects that were made before the application was.
enum ClientSide {
    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    /// Leaves ConfigMap and Deployment as kubectl would have made them, with a key, a label and a variable more each.
    static func apply(to cluster: FakeCluster) throws {
        let fieldManager = "fieldManager=kubectl-client-side-apply"
        let settings: Value = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "orders-settings", "labels": ["old": "label"], "annotations": [lastApplied: "{}"]],
            "data": ["LOG_LEVEL": "debug", "DROPPED": "x"],
        ]
        #expect(cluster.perform("POST", "\(Path.configMaps)?\(fieldManager)", settings).code == 201)
        let text = Text.deployment(image: "registry.test/shop/orders:1.3.0")
        var workload = try #require(try YAML.documents(in: Array(text.utf8), file: "workload").first?.value)
        try workload.set(.string("{}"), at: ["metadata", "annotations", lastApplied])
        let container: Value = [
            "name": "web", "image": "registry.test/shop/orders:1.3.0", "env": [["name": "DROPPED", "value": "x"]],
            "ports": [["containerPort": 8080, "protocol": "TCP"]],
        ]
        try workload.set([container], at: ["spec", "template", "spec", "containers"])
        #expect(cluster.perform("POST", "\(Path.deployments)?\(fieldManager)", workload).code == 201)
    }
}
