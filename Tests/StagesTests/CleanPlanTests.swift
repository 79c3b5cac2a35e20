import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

@Suite("A clean plan")
struct CleanPlanTests {
    private func plan(_ view: StubView, plugin: String = "{}") async throws -> ClusterPlan {
        try await ApplicationFixture.with([:], plugin: plugin) { fixture in
            let request = try fixture.request("K8S_CANARY_CLEAN", targets: [DeployTarget(name: "eu", access: .offline)])
            let planner = request.stage.kind.planner
            let prepared = try #require(try await TargetPreparation(request: request).prepare(with: planner).first)
            return try await planner.plan(prepared.input, in: view)
        }
    }

    @Test("CLN-06 DEL-08 deletes Services, then workloads, then the rest, cluster-scoped objects last")
    func order() async throws {
        let view = StubView(
            [
                Live.object("v1", "ConfigMap", "c"), Live.object("apps/v1", "Deployment", "d"),
                Live.object("rbac.authorization.k8s.io/v1", "ClusterRole", "r"), Live.object("v1", "Service", "s"),
                Live.object("apps/v1", "StatefulSet", "t"),
            ],
            clusterScoped: ["ClusterRole"]
        )
        let phases = try await plan(view).phases.map { $0.flatMap(\.resources).map(\.kind) }
        #expect(phases == [["Service"], ["Deployment", "StatefulSet"], ["ConfigMap"], ["ClusterRole"]])
    }

    @Test("CLN-04 does nothing when nothing is there")
    func nothing() async throws {
        #expect(try await plan(StubView([])).steps.isEmpty)
    }

    @Test("CLN-01 keeps the other variants")
    func otherVariants() async throws {
        let view = StubView([
            Live.object("apps/v1", "Deployment", "orders", variant: "primary"),
            Live.object("apps/v1", "Deployment", "orders-canary"),
        ])
        #expect(try await plan(view).summary == ["delete apps:Deployment:default:orders-canary"])
    }

    @Test(
        "keeps what is not ours",
        arguments: [
            ["pipecd.dev/application": "another"], ["pipecd.dev/managed-by": "someone"],
            ["pipecd.dev/deploy-target": "us"],
        ]
    )
    func foreign(marks: [String: String]) async throws {
        #expect(try await plan(StubView([Live.object("v1", "Service", "s", marks: marks)])).steps.isEmpty)
    }

    /// A VirtualService in which a route sends so much to the canary.
    private func route(_ weight: Int, name: Value? = nil, host: Value = "s") -> Value {
        var service = Live.object("networking.istio.io/v1", "VirtualService", "r", variant: "primary")
        service["spec"] = [
            "http": [
                [
                    "name": name ?? .null,
                    "route": [
                        ["destination": ["host": host, "subset": "primary"], "weight": .int(100 - weight)],
                        ["destination": ["host": host, "subset": "canary"], "weight": .int(weight)],
                    ],
                ]
            ]
        ]
        return service
    }

    /// A route of the Gateway API with these backends, each with a weight.
    private func route(_ backends: [(String, Int?)], kind: String = "HTTPRoute") -> Value {
        var route = Live.object("gateway.networking.k8s.io/v1", kind, "g", variant: "primary")
        let refs: [Value] = backends.map { name, weight in
            weight.map { ["name": .string(name), "weight": .int($0)] } ?? ["name": .string(name)]
        }
        route["spec"] = ["rules": [["filters": []], ["backendRefs": .array(refs)]]]
        return route
    }

    /// A VirtualService that sends everything to a host.
    private func route(toHost host: String, in list: String) -> Value {
        var service = Live.object("networking.istio.io/v1", "VirtualService", "r", variant: "primary")
        service["spec"] = [list: [["route": [["destination": ["host": .string(host)]]]]]]
        return service
    }

    /// A Service of the primary that selects a variant.
    private func service(selecting variant: String, name: String = "s") -> Value {
        var service = Live.object("v1", "Service", name, variant: "primary")
        service["spec"] = ["selector": ["pipecd.dev/variant": .string(variant)]]
        return service
    }

    private static func istio(_ settings: String = "{}") -> String {
        "{service: {name: s}, trafficRouting: {method: istio, istio: \(settings)}}"
    }

    private static func gatewayAPI(_ settings: String = "{}") -> String {
        "{service: {name: s}, trafficRouting: {method: gatewayapi, gatewayapi: \(settings)}}"
    }

    @Test("is refused while a traffic stage may take traffic from the variant, and names what sends it")
    func receivesTraffic() async {
        let own = Live.object("v1", "Service", "s-canary")
        for (plugin, sender, name) in [
            (Self.istio(), route(10), "VirtualService/default/r"),
            (Self.istio("{editableRoutes: [main]}"), route(10, name: "main"), "VirtualService/default/r"),
            (Self.istio(), route(10, host: "s.default.svc.cluster.local"), "VirtualService/default/r"),
            ("{}", service(selecting: "canary"), "Service/default/s"),
            ("{service: {name: s}}", service(selecting: "canary"), "Service/default/s"),
            (Self.gatewayAPI(), route([("s", 1), ("s-canary", nil)]), "HTTPRoute/default/g"),
            (Self.gatewayAPI("{route: {name: g}}"), route([("s-canary", 1)]), "HTTPRoute/default/g"),
            (Self.gatewayAPI(), route([("s-canary", 1)], kind: "GRPCRoute"), "GRPCRoute/default/g"),
        ] {
            let view = StubView([own, sender])
            let error = await #expect(throws: StageError.self) { try await plan(view, plugin: plugin) }
            #expect("\(error as Any)".contains("\(name) still sends traffic to variant \"canary\""), "\(error as Any)")
        }
    }

    @Test("says how to tell which Service traffic stages change, when none is named")
    func unnamedService() async {
        let view = StubView([service(selecting: "canary", name: "s-debug")])
        let error = await #expect(throws: StageError.self) { try await plan(view) }
        #expect("\(error as Any)".contains("or set service.name if traffic stages change another Service"))
    }

    @Test("goes on, with a note, when Git has a fixed way to the variant that no traffic stage changes")
    func fixedWay() async throws {
        let own = Live.object("v1", "Service", "s-canary")
        for (plugin, sender, name) in [
            (Self.istio("{editableRoutes: [main]}"), route(100), "VirtualService/default/r"),
            (Self.istio(), route(100, host: "search"), "VirtualService/default/r"),
            (Self.istio("{virtualService: {name: other}}"), route(100), "VirtualService/default/r"),
            (Self.istio(), route(toHost: "s-canary.default.svc.cluster.local", in: "http"), "VirtualService/default/r"),
            (Self.istio(), route(toHost: "s-canary", in: "tcp"), "VirtualService/default/r"),
            ("{}", route(100), "VirtualService/default/r"),
            ("{service: {name: s}}", service(selecting: "canary", name: "s-debug"), "Service/default/s-debug"),
            (Self.gatewayAPI("{editableRoutes: [main]}"), route([("s-canary", 1)]), "HTTPRoute/default/g"),
            (Self.gatewayAPI("{route: {name: other}}"), route([("s-canary", 1)]), "HTTPRoute/default/g"),
            (Self.istio(), route([("s-canary", 1)]), "HTTPRoute/default/g"),
        ] {
            let plan = try await plan(StubView([own, sender]), plugin: plugin)
            #expect(plan.summary == ["delete :Service:default:s-canary"])
            let note =
                "\(name) leads to variant \"canary\" where no traffic stage changes it, and so to nothing from now on"
            #expect(plan.notes == [note], "\(plugin)")
        }
    }

    @Test("deletes once the traffic is back, the variant's own Service included")
    func trafficIsBack() async throws {
        var own = Live.object("v1", "Service", "s-canary")
        own["spec"] = ["selector": ["pipecd.dev/variant": "canary"]]
        let view = StubView([
            own, route(0), service(selecting: "primary"), route([("s", nil), ("s-canary", 0), ("else-canary", 1)]),
            route(toHost: "s", in: "http"),
        ])
        #expect(try await plan(view).summary == ["delete :Service:default:s-canary"])
    }

    @Test("is not kept back by a Service that is there for the variant, by the settings")
    func namedService() async throws {
        let plugin = """
            {service: {name: s}, trafficRouting: {method: gatewayapi, gatewayapi: {canaryService: trial}}}
            """
        let view = StubView([Live.object("apps/v1", "Deployment", "d"), service(selecting: "canary", name: "trial")])
        #expect(try await plan(view, plugin: plugin).summary == ["delete apps:Deployment:default:d"])
        let routed = StubView([service(selecting: "canary", name: "trial"), route([("trial", 1)])])
        await #expect(throws: StageError.self) { try await plan(routed, plugin: plugin) }
    }

    @Test("goes on when routes of another method may not be listed, but not when the method's own may not")
    func hiddenRoutes() async throws {
        var view = StubView([Live.object("apps/v1", "Deployment", "d")])
        view.hidden = ["HTTPRoute"]
        let done = try await plan(view)
        #expect(
            done.steps.count == 1 && done.notes.first?.hasPrefix("HTTPRoutes were not searched for traffic") == true
        )
        let plugin = "{service: {name: s}, trafficRouting: {method: gatewayapi}}"
        await #expect(throws: APIError.self) { try await plan(view, plugin: plugin) }
    }

    @Test("takes what carries this target's mark")
    func ownMark() async throws {
        let object = Live.object("v1", "Service", "s", marks: ["pipecd.dev/deploy-target": "eu"])
        #expect(try await plan(StubView([object])).steps.count == 1)
    }

    @Test("keeps what a controller made")
    func ownedByController() async throws {
        var slice = Live.object("discovery.k8s.io/v1", "EndpointSlice", "s-abc")
        var metadata = try #require(slice["metadata"])
        metadata["ownerReferences"] = [["kind": "Service", "name": "s", "uid": "u"]]
        slice["metadata"] = metadata
        #expect(try await plan(StubView([slice])).steps.isEmpty)
    }
}
