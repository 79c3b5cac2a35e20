import Manifests
import Rollouts
import Testing

@Suite("The Services behind a route of the Gateway API")
struct GatewayServiceTests {
    private static let canary = TrafficLookup(
        kind: GroupKind(kind: "Service"),
        namespace: "shop",
        name: "orders-canary"
    )
    private static let primary = TrafficLookup(kind: GroupKind(kind: "Service"), namespace: "shop", name: "orders")

    private func request(_ service: String?, _ with: String = "canary: 10") throws -> TrafficRequest {
        let route = GatewayFixture.route().replacing("{name: orders}", with: "{name: orders, namespace: shop}")
        let objects = try manifests([route, service].compactMap { $0 }.joined(separator: "\n---\n"))
        return try GatewayFixture.request(objects, with)
    }

    private func service(_ selector: String) throws -> Value {
        try value(
            "{apiVersion: v1, kind: Service, metadata: {name: any, namespace: shop}, spec: {selector: \(selector)}}"
        )
    }

    @Test("are looked for in the cluster, the primary's only when Git does not have it")
    func lookups() throws {
        #expect(try TrafficRouting.lookups(for: request(GatewayFixture.service)) == [Self.canary])
        #expect(try TrafficRouting.lookups(for: request(nil)) == [Self.primary, Self.canary])
        #expect(try TrafficRouting.lookups(for: request(GatewayFixture.service, "primary: 100")).isEmpty)
    }

    @Test("say which pods the traffic of each variant reaches")
    func backends() throws {
        let live = try [Self.canary: [service("{app: orders-next, pipecd.dev/variant: canary}")]]
        let change = try TrafficRouting.change(request(GatewayFixture.service), live: live)
        #expect(
            change.backends == [
                .primary: TrafficBackend(
                    service: "orders",
                    namespace: "shop",
                    podLabels: ["app": "orders", "pipecd.dev/variant": "primary"]
                ),
                .canary: TrafficBackend(
                    service: "orders-canary",
                    namespace: "shop",
                    podLabels: ["app": "orders-next", "pipecd.dev/variant": "canary"]
                ),
            ]
        )
    }

    @Test(
        "must be there and lead to one variant alone",
        arguments: [
            (
                GatewayFixture.service, [:],
                "Service \"orders-canary\" of the canary is not there; set createService: true in the stage CANARY_ROLLOUT, "
                    + "or name another in trafficRouting.gatewayapi.canaryService"
            ),
            (
                nil, [Self.canary: "{pipecd.dev/variant: canary}"],
                "Service \"orders\" of the primary is not there; set createService: true in the stage PRIMARY_ROLLOUT, "
                    + "or name another in trafficRouting.gatewayapi.primaryService"
            ),
            (
                GatewayFixture.service, [Self.canary: "{app: orders}"],
                "Service \"orders-canary\" must have pipecd.dev/variant: canary in its selector, or the canary's share "
                    + "reaches other variants, too; add it, or name another in trafficRouting.gatewayapi.canaryService"
            ),
            (
                Fixture.service, [Self.canary: "{pipecd.dev/variant: canary}"],
                "Service \"orders\" must have pipecd.dev/variant: primary in its selector, or the primary's share reaches "
                    + "other variants, too; add it, or name another in trafficRouting.gatewayapi.primaryService"
            ),
        ] as [(String?, [TrafficLookup: String], String)]
    )
    func refused(inGit: String?, live: [TrafficLookup: String], text: String) throws {
        var answers: TrafficAnswers = [Self.canary: [], Self.primary: []]
        for (lookup, selector) in live { answers[lookup] = [try service(selector)] }
        let text = "HTTPRoute/shop/orders: \(text)"
        #expect(message { _ = try TrafficRouting.change(request(inGit), live: answers) } == text)
    }

    @Test("are not asked for while nobody can tell, except for what Git says of the primary's")
    func unknown() throws {
        #expect(message { _ = try TrafficRouting.change(request(GatewayFixture.service)) } == nil)
        #expect(message { _ = try TrafficRouting.change(request(nil)) } == nil)
        #expect(message { _ = try TrafficRouting.change(request(Fixture.service)) }?.contains("must have") == true)
    }

    @Test(
        "are missed without a cluster, too, when no stage makes the one that nobody has named",
        arguments: [
            ("[{name: K8S_CANARY_ROLLOUT}]", "", false), ("[{name: K8S_BASELINE_ROLLOUT}]", "", true),
            ("[{name: K8S_CANARY_ROLLOUT}, {name: K8S_CANARY_ROLLOUT, with: {createService: true}}]", "", true),
            ("[{name: K8S_CANARY_ROLLOUT}]", "canaryService: trial", true),
        ]
    )
    func notMade(stages: String, settings: String, accepted: Bool) throws {
        let file = """
            {apiVersion: pipecd.dev/v1beta1, kind: Application,
             spec: {pipeline: {stages: \(stages)}, plugins: {k: \(GatewayFixture.settings(settings))}}}
            """
        let configuration = try application(file, plugin: "k").get()
        let request = TrafficRequest(
            try GatewayFixture.objects("[{name: orders, port: 80}]"),
            spec: configuration.plugin,
            options: TrafficRoutingOptions(canary: 10),
            pipeline: configuration.pipeline
        )
        let error = message { _ = try TrafficRouting.change(request) }
        #expect(
            accepted ? error == nil : error?.contains("Service \"orders-canary\" of the canary is not there") == true
        )
    }

    @Test("are named in the settings, of which every mistake is found")
    func settings() throws {
        let block = "route: {kind: GRPCRoute, name: r}, editableRoutes: [a], primaryService: p, canaryService: c"
        let router = try #require(try spec(GatewayFixture.settings(block)).trafficRouting?.gatewayAPI)
        #expect(router.route == ResourceReference(kind: "GRPCRoute", name: "r") && router.editableRoutes == ["a"])
        #expect(router.primaryService == "p" && router.canaryService == "c" && router.baselineService == nil)
        for (text, problem) in [
            (
                "trafficRouting: {gatewayapi: {route: {kind: HttpRoute}}}",
                "trafficRouting.gatewayapi.route.kind: must be \"HTTPRoute\" or \"GRPCRoute\", found \"HttpRoute\", "
                    + "did you mean \"HTTPRoute\""
            ),
            (
                "trafficRouting: {gatewayapi: {canaryServices: a}}",
                "trafficRouting.gatewayapi.canaryServices: unknown field, did you mean \"canaryService\""
            ),
            (
                "trafficRouting: {method: gatewayApi}",
                "trafficRouting.method: unknown value \"gatewayApi\", did you mean \"gatewayapi\"; "
                    + "accepted are \"podselector\", \"istio\", \"gatewayapi\""
            ),
        ] {
            #expect(PluginSpec.decode(try value(text)).problems.map(\.description) == [problem])
        }
    }

    @Test("must be known by name before any stage runs")
    func noName() throws {
        let spec = try spec("trafficRouting: {method: gatewayapi}")
        let expected =
            "the Service of the primary is unknown; set service.name or trafficRouting.gatewayapi.primaryService"
        #expect(message { try TrafficRouting.check(TrafficRoutingOptions(canary: 1), spec: spec) } == expected)
    }

    @Test("are kept by a primary rollout, which leaves a live route alone, and whose pods must carry the label")
    func primaryRollout() throws {
        let spec = try spec(GatewayFixture.settings())
        let objects = try manifests(Fixture.deployment(), GatewayFixture.service, GatewayFixture.route())
        let kept = TrafficRouting.keep(in: objects, live: .found(objects[2].object), spec: spec)
        #expect(kept.manifests == Array(objects.prefix(2)))
        #expect(kept.note == "HTTPRoute/orders is left to the traffic stage" && kept.last == nil)
        #expect(TrafficRouting.keep(in: objects, live: .missing, spec: spec).manifests == objects)
        let stage = StageOptions(.trafficRouting(TrafficRoutingOptions()))
        let pipeline = [PipelineStage(index: 0, action: .ours(StageName(.trafficRouting, in: .short), stage))]
        let text = message {
            let options = PrimaryRolloutOptions()
            _ = try PrimaryRollout.manifests(from: objects, spec: spec, options: options, pipeline: pipeline)
        }
        #expect(text?.contains("selector and pod labels must have pipecd.dev/variant: primary") == true)
    }
}

/// What the tests of the Gateway API share.
enum GatewayFixture {
    /// The Service of the primary, which selects the primary alone.
    static let service = Fixture.labelledService()

    static func settings(_ more: String = "") -> String {
        "{service: {name: orders}, trafficRouting: {method: gatewayapi, gatewayapi: {\(more)}}}"
    }

    /// A route with one rule that has these backends.
    static func route(_ refs: String = "[{name: orders, port: 80}]") -> String {
        route(rules: "[{name: main, backendRefs: \(refs)}]")
    }

    static func route(
        name: String = "orders",
        type: (version: String, kind: String) = ("v1", "HTTPRoute"),
        rules: String = "[{name: main, backendRefs: [{name: orders, port: 80}]}]"
    ) -> String {
        """
        apiVersion: gateway.networking.k8s.io/\(type.version)
        kind: \(type.kind)
        metadata: {name: \(name)}
        spec: {parentRefs: [{name: shop}], rules: \(rules)}
        """
    }

    /// A route with these backends, and the Service of the primary.
    static func objects(_ refs: String) throws -> [Manifest] { try loaded(route(refs), service) }

    static func request(
        _ objects: [Manifest],
        _ with: String,
        _ settings: String = settings()
    ) throws -> TrafficRequest {
        TrafficRequest(objects, spec: try spec(settings), options: try trafficOptions(with))
    }
}
