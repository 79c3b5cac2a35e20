import Manifests
import Rollouts
import Testing

/// Puts every kind of node into every place of a tree: nothing may trap, whatever it then does.
@Suite("Bad input")
struct BadInputTests {
    private static let odd: [Value] = [
        .null, true, .int(.min), .int(.max), -1, 1.5, "", "x", "٣%", [], [.null], [[:]], [:], ["": [.null]],
    ]

    /// The tree with an odd node in each place in turn.
    private func variations(_ tree: Value) -> [Value] {
        var result = Self.odd
        switch tree {
        case .mapping(let fields):
            for member in fields {
                for child in variations(member.value) {
                    var copy = tree
                    copy[member.key] = child
                    result.append(copy)
                }
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                for child in variations(element) {
                    var copy = elements
                    copy[index] = child
                    result.append(.array(copy))
                }
            }
        default: break
        }
        return result
    }

    @Test("in an application file is reported")
    func configuration() throws {
        let text = """
            {apiVersion: pipecd.dev/v1beta1, kind: Application, spec: {name: a, labels: {a: b}, timeout: 5m,
              planner: {autoRollback: true}, commitMatcher: {quickSync: x},
              pipeline: {stages: [
                {name: K8S_CANARY_ROLLOUT, timeout: 1m, with: {replicas: 10%, multiTargets: [eu, {target: {name: us}}],
                  readiness: {wait: true, deadline: 1m}, failurePolicy: failFast,
                  patches: [{target: {kind: A, name: b, documentRoot: $.a}, ops: [{op: yaml-replace, path: $.x, value: v}]}]}},
                {name: K8S_BASELINE_ROLLOUT, skipOn: {paths: [docs], commitMessagePrefixes: [x]}},
                {name: K8S_TRAFFIC_ROUTING, with: {primary: 70, canary: 20, baseline: 10}},
                {name: WAIT, with: {}}]},
              plugins: {k: {input: {manifests: [a], helmOptions: {setValues: {a: b}}, kustomizeOptions: {a: b},
                multiTargets: [{target: {name: eu, labels: {a: b}}}]}, quickSync: {prune: true},
                workloads: [{kind: A}], service: {name: s}, variantLabel: {key: k},
                trafficRouting: {method: istio, istio: {editableRoutes: [a], virtualService: {name: v}}},
                concurrency: {clusters: 1}, maxPrunePercent: 1, configHashVersion: 1}}}}
            """
        let document = try #require(YAML.documents(in: Array(text.utf8), file: "a").first)
        #expect(ApplicationConfiguration.decode(document, plugin: "k").problems.isEmpty)
        var refused = 0
        let variations = variations(document.value)
        for variation in variations {
            let json = variation.jsonBytes()
            guard let other = try YAML.documents(in: json, file: "a").first else { continue }
            if ApplicationConfiguration.decode(other, plugin: "k").value == nil { refused += 1 }
        }
        #expect(refused > variations.count / 2 && refused < variations.count)
    }

    @Test("in manifests is reported, or stays for the server to judge")
    func objects() throws {
        let settings = try spec(Fixture.istio())
        let canary = VariantRolloutOptions(
            replicas: .percent(50),
            suffix: "canary",
            createService: true,
            patches: [ManifestPatch(kind: "ConfigMap", name: "orders-settings", operations: [])]
        )
        let traffic = TrafficRoutingOptions(canary: 30)
        let sources = try manifests(
            Fixture.configuredDeployment,
            Fixture.labelledService(),
            Fixture.configMap,
            Fixture.secret,
            Fixture.virtualService()
        )
        var outcomes: [String: Int] = [:]
        for (index, source) in sources.enumerated() {
            for variation in variations(source.object) {
                guard let manifest = try? Manifest(variation) else { continue }
                var objects = sources
                objects[index] = manifest
                let comparison = VersionComparison(running: sources, new: objects, workloads: [])
                #expect(!"\(comparison.reason())".contains("\n"))
                #expect(ArtifactVersions.versions(in: objects).count <= 2)
                let texts = [
                    message {
                        _ = try VariantRollout.manifests(for: .canary, from: objects, spec: settings, options: canary)
                    },
                    message { _ = try SyncRollout.manifests(from: objects, spec: settings, labelling: .selected) },
                    message {
                        _ = try TrafficRouting.change(TrafficRequest(objects, spec: settings, options: traffic))
                    },
                    message {
                        let podSelector = PluginSpec()
                        let all = TrafficRoutingOptions(canary: 100)
                        _ = try TrafficRouting.change(TrafficRequest(objects, spec: podSelector, options: all))
                    },
                ]
                for text in texts {
                    #expect(text?.contains("\n") != true)
                    outcomes[text == nil ? "done" : "refused", default: 0] += 1
                }
            }
        }
        #expect(outcomes["done", default: 0] > 100 && outcomes["refused", default: 0] > 100)
    }
}
