import Manifests
import Rollouts
import Testing

@Suite("A primary rollout")
struct PrimaryRolloutTests {
    private let traffic = [
        PipelineStage(
            index: 0,
            action: .ours(
                StageName(.trafficRouting, in: .short),
                StageOptions(.trafficRouting(TrafficRoutingOptions()))
            )
        )
    ]

    private func primary(
        _ objects: [Manifest],
        _ with: String = "{}",
        _ settings: String = "{}",
        pipeline: [PipelineStage] = []
    ) throws -> [Manifest] {
        let spec = try spec(settings)
        guard case .primaryRollout(let options) = try options(with, for: .primaryRollout, spec: spec).details else {
            return []
        }
        return try PrimaryRollout.manifests(from: objects, spec: spec, options: options, pipeline: pipeline)
    }

    @Test("PRI-01 applies everything under its own name, marked as primary")
    func everything() throws {
        let result = try primary(loaded(Fixture.labelledDeployment, Fixture.service))
        #expect(result.map(\.key.description) == ["apps:Deployment::orders", ":Service::orders"])
        for manifest in result {
            #expect(manifest.labels["pipecd.dev/variant"] == "primary")
            #expect(manifest.annotations["pipecd.dev/variant"] == "primary")
            #expect(manifest.labels["pipecd.dev/commit-hash"] == "c0ffee2")
        }
    }

    @Test("PRI-02 makes a Service of its own and leaves the other alone")
    func service() throws {
        let nodePort = Fixture.service.replacing("  selector:", with: "  type: NodePort\n  selector:")
        let objects = try loaded(Fixture.labelledDeployment, nodePort)
        let result = try primary(objects, "{createService: true, suffix: main}", "service: {name: orders}")
        #expect(result.map(\.name) == ["orders", "orders", "orders-main"])
        #expect(result[1][path: "spec"] == objects[1][path: "spec"])
        let expected = """
            type: ClusterIP
            selector: {app: orders, pipecd.dev/variant: primary}
            ports: [{name: http, port: 80, targetPort: 8080}]
            """
        #expect(result[2][path: "spec"] == (try value(expected)))
        #expect(result[2].annotations["pipecd.dev/resource-key"] == ":Service::orders-main")
        #expect(result[2].labels["pipecd.dev/variant"] == "primary")
    }

    @Test(
        "PRI-03 E10 fails with a reason when something is missing or taken",
        arguments: [
            ("", "{}", "there are no manifests to roll out"),
            (
                Fixture.labelledDeployment, "createService: true",
                "no Service named \"orders\" found; add it, or set service.name"
            ),
            (
                Fixture.service + "\n---\n" + Fixture.labelledService(name: "orders-primary"), "createService: true",
                "Service/orders-primary: the copy would overwrite Service/orders-primary in Git; "
                    + "use another suffix, or rename that object"
            ),
        ] as [(String, String, String)]
    )
    func refused(objects: String, with: String, text: String) throws {
        let objects = try manifests(objects)
        #expect(message { _ = try primary(objects, with, "service: {name: orders}") } == text)
    }

    @Test("PRI-04 adds the variant to selectors and pods of the chosen workloads only")
    func addLabel() throws {
        let objects = try loaded(Fixture.deployment(), Fixture.deployment(name: "worker"))
        let result = try primary(objects, "addVariantLabelToSelector: true", "workloads: [{name: orders}]")
        let labels: Value = ["app": "orders", "pipecd.dev/variant": "primary"]
        #expect(result[0][path: "spec", "selector", "matchLabels"] == labels)
        #expect(result[0][path: "spec", "template", "metadata", "labels"] == labels)
        #expect(result[1][path: "spec"] == objects[1][path: "spec"])
    }

    @Test("PRI-08, BEYOND-03 leaves out the VirtualService that traffic is moved by")
    func istio() throws {
        let other = Fixture.virtualService(name: "other")
        let objects = try loaded(Fixture.labelledDeployment, Fixture.service, other, Fixture.virtualService())
        let spec = try spec(Fixture.istio())
        let result = try primary(objects, "{}", Fixture.istio(), pipeline: traffic)
        for live in [LiveTrafficObject.unknown, .found(objects[3].object)] {
            let kept = TrafficRouting.keep(in: result, live: live, spec: spec)
            #expect(kept.manifests.map(\.name) == ["orders", "orders", "other"])
            #expect(kept.leftOut?.description == "networking.istio.io:VirtualService::orders-routes")
            #expect(kept.last == nil && kept.note == "VirtualService/orders-routes is left to the traffic stage")
        }
        let first = TrafficRouting.keep(in: result, live: .missing, spec: spec)
        #expect(first.manifests == result && first.leftOut == nil && first.note == nil)
    }

    @Test("BEYOND-03 keeps the variant that the live Service selects")
    func keepsTraffic() throws {
        let spec = PluginSpec()
        let result = try primary(loaded(Fixture.labelledDeployment, Fixture.labelledService()), pipeline: traffic)
        func live(_ variant: String) throws -> LiveTrafficObject {
            .found(try manifests(Fixture.labelledService(variant: variant))[0].object)
        }
        let kept = try TrafficRouting.keep(in: result, live: live("canary"), spec: spec)
        #expect(kept.manifests[1][path: "spec", "selector"] == ["app": "orders", "pipecd.dev/variant": "canary"])
        #expect(kept.manifests[0] == result[0] && kept.last?.description == ":Service::orders")
        #expect(kept.note == "Service/orders keeps selecting variant \"canary\" until the traffic stage")
        for state in [.unknown, try live("blue"), try live("primary")] {
            let kept = TrafficRouting.keep(in: result, live: state, spec: spec)
            #expect(kept.manifests == result && kept.note == nil && kept.last != nil)
        }
        // Pods may need their Service to become ready.
        let first = TrafficRouting.keep(in: result, live: .missing, spec: spec)
        #expect(first.manifests == result && first.note == nil && first.last == nil)
        let plain = try loaded(Fixture.service)
        #expect(try TrafficRouting.keep(in: plain, live: live("canary"), spec: spec).manifests == plain)
    }

    @Test("refuses pods that the Service would not find, when traffic is moved by its selector")
    func missingLabel() throws {
        let objects = try manifests(Fixture.deployment(), Fixture.labelledService())
        let expected =
            "Deployment/orders: selector and pod labels must have pipecd.dev/variant: primary, "
            + "because traffic is routed by it; add it, or set addVariantLabelToSelector"
        #expect(message { _ = try primary(objects, pipeline: traffic) } == expected)
        #expect(message { _ = try primary(objects, "addVariantLabelToSelector: true", pipeline: traffic) } == nil)
        #expect(message { _ = try primary(objects) } == nil)
        #expect(message { _ = try primary(objects, "{}", Fixture.istio(), pipeline: traffic) } == nil)
    }

    @Test("asks for the label only on pods that the Service would reach", arguments: ["{}", GatewayFixture.settings()])
    func unreached(settings: String) throws {
        let worker = Fixture.deployment(name: "worker")
        let objects = try manifests(Fixture.labelledDeployment, worker, Fixture.labelledService())
        #expect(message { _ = try primary(objects, "{}", settings, pipeline: traffic) } == nil)
        let unlabelled = try manifests(Fixture.deployment(), worker, Fixture.labelledService())
        let error = message { _ = try primary(unlabelled, "{}", settings, pipeline: traffic) }
        #expect(error?.hasPrefix("Deployment/orders: selector and pod labels must have") == true)
    }

    @Test("E4 takes applications without a Deployment")
    func statefulSet() throws {
        let objects = try manifests("{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}}")
        #expect(try primary(objects, pipeline: traffic).map(\.name) == ["db"])
    }

    @Test("E10 as a sync takes nothing, too")
    func emptySync() throws {
        #expect(try SyncRollout.manifests(from: [], spec: PluginSpec(), labelling: .selected).isEmpty)
    }

    @Test("SYN-01 as a sync marks everything as primary, and labels selectors on request")
    func sync() throws {
        let objects = try loaded(Fixture.deployment(), Fixture.deployment(name: "worker"), Fixture.service)
        func labelled(_ labelling: SelectorLabelling) throws -> [String] {
            let result = try SyncRollout.manifests(from: objects, spec: PluginSpec(), labelling: labelling)
            #expect(result.allSatisfy { $0.labels["pipecd.dev/variant"] == "primary" })
            return result.filter { $0.object.at(["spec", "selector", "matchLabels", "pipecd.dev/variant"]) != nil }.map(
                \.name
            )
        }
        #expect(try labelled(.none) == [])
        #expect(try labelled(SelectorLabelling(addVariantLabelToSelector: true)) == ["orders", "worker"])
        #expect(try labelled(.workloads([objects[1].key.normalized])) == ["worker"])
        let live = try manifests(Fixture.labelledDeployment, Fixture.deployment(name: "worker"))
        let byKey = live.reduce(into: [:]) { $0[$1.key.normalized] = $1.object }
        #expect(try labelled(.following(byKey, label: VariantLabel())) == ["orders"])
    }
}

@Suite("The order of a clean")
struct CleanOrderTests {
    @Test("CLN-06 is Services, Deployments and StatefulSets, other objects, objects without namespace")
    func groups() {
        let live = [
            GroupKind(kind: "ConfigMap"), GroupKind(group: "apps", kind: "Deployment"),
            GroupKind(group: "rbac.authorization.k8s.io", kind: "ClusterRole"), GroupKind(kind: "Service"),
            GroupKind(group: "apps", kind: "StatefulSet"), GroupKind(group: "serving.knative.dev", kind: "Service"),
        ]
        let groups = CleanOrder.groups(live, groupKind: { $0 }, isNamespaced: { $0.kind != "ClusterRole" })
        #expect(groups == [[live[3]], [live[1], live[4]], [live[0], live[5]], [live[2]]])
    }

    @Test("CLN-04 of nothing is nothing")
    func empty() {
        #expect(CleanOrder.groups([GroupKind](), groupKind: { $0 }, isNamespaced: { _ in true }).isEmpty)
    }
}
