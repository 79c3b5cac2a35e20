import Manifests
import TestSupport
import Testing

@testable import Rollouts

@Suite("The schema of the application file")
struct ApplicationSchemaTests {
    private let schema = ApplicationSchema.schema()

    /// A file that has every block there is.
    static let everything = """
        apiVersion: pipecd.dev/v1beta1
        kind: Application
        metadata: {}
        spec:
          name: a
          labels: {a: b}
          planner: {alwaysUsePipeline: false, autoRollback: true}
          commitMatcher: {quickSync: x, pipeline: z}
          timeout: 1h30m
          driftDetection: {ignoreFields: ["apps/v1:Deployment:shop:cart#spec.replicas"]}
          pipeline:
            stages:
              - {name: K8S_SYNC, timeout: 60000000000, skipOn: {paths: [docs], commitMessagePrefixes: [x]}, with: {prune: on}}
              - {name: K8S_MULTI_PRIMARY_ROLLOUT, with: {suffix: main, createService: true, prune: false}}
              - name: K8S_CANARY_ROLLOUT
                with:
                  replicas: 10%
                  multiTargets: [eu, {target: {name: us}}, {target: {labels: {a: b}}}]
                  readiness: {wait: true, deadline: 1m}
                  failurePolicy: failFast
                  patches:
                    - target: {kind: A, name: b, documentRoot: $.a}
                      ops: [{op: yaml-replace, path: $.x, value: v}]
              - {name: K8S_BASELINE_ROLLOUT, with: {replicas: 2}}
              - {name: K8S_TRAFFIC_ROUTING, with: {primary: 70, canary: 20%, baseline: "10"}}
              - {name: K8S_TRAFFIC_ROUTING, with: }
              - {name: K8S_CANARY_CLEAN, with: {}}
              - {name: K8S_MULTI_BASELINE_CLEAN, with: }
              - {name: WAIT, desc: a while, with: {duration: 1m}}
          plugins:
            kubernetes_multicluster:
              input:
                manifests: [a.yaml]
                namespace: shop
                autoCreateNamespace: true
                helmChart: {path: c}
                helmOptions: {setValues: {a: b}, valueFiles: [v.yaml], apiVersions: [v1]}
                multiTargets: [{target: {name: eu}, manifests: [b.yaml], kubectlVersion: "1.30"}, {target: {name: us}}]
              quickSync: {prune: true}
              workloads: [{kind: Deployment, name: a}]
              service: {kind: Service, name: s}
              variantLabel: {key: k}
              trafficRouting: {method: istio, istio: {editableRoutes: [a], host: h, virtualService: {name: v}}, gatewayapi: {route: {}}}
              readiness: {wait: false}
              failurePolicy: continueOthers
              concurrency: {clusters: 1, requests: 2}
              maxPrunePercent: 1
              allowPruning: [Namespace]
              configHashVersion: 2
        """

    @Test("has exactly the keys that are read, in every block")
    func keys() throws {
        let document = try #require(YAML.documents(in: Array(Self.everything.utf8), file: "a").first)
        let problems = ConfigurationProblems(document: document)
        #expect(ApplicationConfiguration.decode(document, plugin: nil, problems).problems.isEmpty)
        var visited: Set<Value> = []
        for (path, keys) in problems.keysAskedFor {
            let blocks = parts(at: path, of: document.value).compactMap { $0["properties"] }
            let known = Set(blocks.flatMap { $0.mapping?.keys ?? [] })
            #expect(known == keys, "\(path): \(known.symmetricDifference(keys))")
            visited.formUnion(blocks)
        }
        let unused = blocks(in: schema).filter { $0 != [:] && !visited.contains($0) }
        #expect(unused.isEmpty, "\(unused)")
    }

    @Test("explains every key")
    func descriptions() {
        let nodes = blocks(in: schema).flatMap { $0.mapping?.members ?? [] }
        #expect(nodes.count > 100)
        for node in nodes { #expect(node.value["description"]?.string?.hasSuffix(".") == true, "\(node.key)") }
    }

    @Test("has the settings under the name of the plugin")
    func pluginName() {
        let schema = ApplicationSchema.schema(plugin: "fleet")
        let plugins = schema[path: "properties", "spec", "properties", "plugins", "properties"]
        #expect(plugins?.mapping?.keys == ["fleet"])
        #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
    }

    @Test("takes the sample application, and everything that can be written")
    func valid() throws {
        let sample = try TestFiles.text(PackageRoot.path("manifests/shop/app.pipecd.yaml"))
        for text in [sample, Self.everything] { #expect(try verdicts(on: text) == [[], []]) }
    }

    @Test(
        "takes words with nothing behind them",
        arguments: [
            "{plugins: {kubernetes_multicluster: {failurePolicy: , trafficRouting: {method: ''}}}}",
            "{pipeline: {stages: [{name: K8S_TRAFFIC_ROUTING, with: {all: , canary: 100}}]}}",
            "{pipeline: {stages: [{name: K8S_TRAFFIC_ROUTING, with: {all: '', canary: 100}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_ROLLOUT, with: {suffix: v1.2, failurePolicy: ''}}]}}",
        ]
    )
    func emptyWords(spec: String) throws {
        let text = "{apiVersion: pipecd.dev/v1beta1, kind: Application, spec: \(spec)}"
        #expect(try verdicts(on: text) == [[], []])
    }

    @Test(
        "refuses what the decoder refuses",
        arguments: [
            "{planner: {autoRollback: perhaps}}", "{timeout: soon}", "{timeout: -5m}", "{multiTargets: []}",
            "{input: {multiTargets: []}}", "{name: [a]}",
            "{pipeline: {stages: [{name: K8S_CANARY_ROLOUT}]}}", "{pipeline: {stages: [{desc: a}]}}",
            "{pipeline: {stages: [{name: K8S_SYNC, multiTargets: [eu]}]}}",
            "{pipeline: {stages: [{name: K8S_SYNC, with: {replicas: 1}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_ROLLOUT, with: {replicas: 1.5}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_ROLLOUT, with: {replicas: -1}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_ROLLOUT, with: {replicas: '5 %'}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_ROLLOUT, with: {replicas: }}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_ROLLOUT, with: {suffix: A}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_ROLLOUT, with: {patches: [{ops: []}]}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_CLEAN, with: {MultiTargets: [eu]}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_CLEAN, with: {multiTargets: [3]}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_CLEAN, with: {multiTargets: [{target: {}}]}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_CLEAN, with: {multiTargets: [{target: {name: ''}}]}}]}}",
            "{pipeline: {stages: [{name: K8S_CANARY_CLEAN, with: {multiTargets: [{target: {labels: {}}}]}}]}}",
            "{pipeline: {stages: [{name: K8S_TRAFFIC_ROUTING, with: {canary: 101}}]}}",
            "{pipeline: {stages: [{name: K8S_TRAFFIC_ROUTING, with: {all: canary, canary: 100}}]}}",
            "{pipeline: {stages: [{name: K8S_TRAFFIC_ROUTING, with: {all: Canary}}]}}",
            "{plugins: {kubernetes_multicluster: {pipeline: {stages: []}}}}",
            "{plugins: {kubernetes_multicluster: {servce: {name: a}}}}",
            "{plugins: {kubernetes_multicluster: {input: {multiTargets: [{manifests: [a]}]}}}}",
            "{plugins: {kubernetes_multicluster: {input: {namespace: Shop}}}}",
            "{plugins: {kubernetes_multicluster: {input: {kubectlVersion: 1.31}}}}",
            "{plugins: {kubernetes_multicluster: {trafficRouting: {method: Istio}}}}",
            "{plugins: {kubernetes_multicluster: {trafficRouting: {gatewayapi: {route: {kind: TCPRoute}}}}}}",
            "{plugins: {kubernetes_multicluster: {trafficRouting: {podselector: {host: a}}}}}",
            "{plugins: {kubernetes_multicluster: {allowPruning: [Secret]}}}",
            "{plugins: {kubernetes_multicluster: {allowPruning: ['']}}}",
            "{plugins: {kubernetes_multicluster: {maxPrunePercent: 101}}}",
            "{plugins: {kubernetes_multicluster: {concurrency: {clusters: 0}}}}",
        ]
    )
    func refused(spec: String) throws {
        let verdicts = try verdicts(on: "{apiVersion: pipecd.dev/v1beta1, kind: Application, spec: \(spec)}")
        #expect(verdicts.allSatisfy { !$0.isEmpty }, "\(verdicts)")
    }

    /// What the decoder and the schema find wrong.
    private func verdicts(on text: String) throws -> [[String]] {
        let document = try #require(YAML.documents(in: Array(text.utf8), file: "a").first)
        return [
            ApplicationConfiguration.decode(document, plugin: nil).problems.map(\.description),
            SchemaCheck(root: schema).problems(document.value, schema),
        ]
    }

    /// The parts of the schema that a block of a file must fit.
    private func parts(at path: String, of file: Value) -> [Value] {
        let check = SchemaCheck(root: schema)
        var (parts, node) = (check.parts(of: schema, for: file), Optional(file))
        for step in path.split(whereSeparator: { ".[".contains($0) }) {
            if step.hasSuffix("]"), let index = Int(step.dropLast()) {
                node = node?.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                parts = parts.compactMap { $0["items"] }.flatMap { check.parts(of: $0, for: node) }
            } else {
                node = node?[String(step)]
                parts = parts.compactMap { $0["properties"]?[String(step)] }.flatMap { check.parts(of: $0, for: node) }
            }
        }
        return parts
    }

    /// Every block of a schema: the keys that may stand together.
    private func blocks(in node: Value) -> [Value] {
        switch node {
        case .array(let elements): elements.flatMap(blocks)
        case .mapping(let fields):
            fields.flatMap { member -> [Value] in
                switch member.key {
                case "if", "then": []
                case "properties": [member.value] + (member.value.mapping ?? [:]).flatMap { blocks(in: $0.value) }
                default: blocks(in: member.value)
                }
            }
        default: []
        }
    }
}
