import Manifests
import Rollouts
import Testing

@Suite("Traffic by the Gateway API")
struct GatewayAPITests {
    private func change(
        _ objects: [Manifest],
        _ with: String,
        _ settings: String = GatewayFixture.settings(),
        live: TrafficAnswers = [:]
    ) throws -> TrafficChange {
        try TrafficRouting.change(try GatewayFixture.request(objects, with, settings), live: live)
    }

    /// The backends of every rule as `name:weight`.
    private func backends(_ change: TrafficChange) -> [[String]] {
        (change.manifest[path: "spec", "rules"]?.array ?? []).map { rule in
            (rule["backendRefs"]?.array ?? []).map { ref in
                "\(ref["name"]?.string ?? "?"):\(ref["weight"]?.int.map(String.init) ?? "-")"
            }
        }
    }

    private static let toPrimary = "[{name: orders, port: 80}]"
    private static let besideLegacy = "[{name: orders, port: 80, weight: 3}, {name: legacy, port: 80, weight: 1}]"

    @Test(
        "sets the weights, in proportion to those of other backends",
        arguments: [
            (Self.toPrimary, "canary: 35", ["orders:65", "orders-canary:35"]),
            (
                Self.toPrimary, "{primary: 60, canary: 15, baseline: 25}",
                ["orders:60", "orders-canary:15", "orders-baseline:25"]
            ),
            (Self.toPrimary, "primary: 100", ["orders:100"]),
            (Self.toPrimary, "canary: 100", ["orders:0", "orders-canary:100"]),
            (Self.besideLegacy, "canary: 25", ["orders:225", "orders-canary:75", "legacy:100"]),
            (Self.besideLegacy, "primary: 100", ["orders:300", "legacy:100"]),
            (
                "[{name: legacy, port: 80}, {name: orders, port: 80}, {name: orders-canary, port: 80, weight: 2}]",
                "canary: 10", ["orders:270", "orders-canary:30", "legacy:100"]
            ),
            ("[{name: orders-canary, port: 80}, {name: orders, port: 80}]", "primary: 100", ["orders:100"]),
            ("[{name: orders, namespace: shop, port: 80}]", "canary: 50", ["orders:50", "orders-canary:50"]),
            (
                "[{name: orders, port: 80}, {name: orders, namespace: far, port: 80}, {name: orders, kind: X, group: y}]",
                "canary: 50", ["orders:50", "orders-canary:50", "orders:100", "orders:100"]
            ),
            ("[{name: orders, kind: Service, group: '', port: 80}]", "canary: 1", ["orders:99", "orders-canary:1"]),
            (
                "[{name: orders, port: 80, weight: 9999}, {name: legacy, port: 80, weight: 10000}]", "canary: 50",
                ["orders:499950", "orders-canary:499950", "legacy:1000000"]
            ),
        ] as [(String, String, [String])]
    )
    func weights(refs: String, with: String, expected: [String]) throws {
        #expect(try backends(change(GatewayFixture.objects(refs), with)) == [expected])
    }

    @Test("keeps filters, ports and unknown fields of backends; a new one has the primary's port and no filters")
    func kept() throws {
        let refs = """
            [{name: orders, group: "", port: 8080, weight: 1, filters: [{type: RequestHeaderModifier}], novel: {x: 1}},
             {name: orders-canary, port: 8081, weight: 1, novel: 2}]
            """
        let expected = """
            [{name: orders, group: "", port: 8080, weight: 50, filters: [{type: RequestHeaderModifier}], novel: {x: 1}},
             {name: orders-canary, port: 8081, weight: 30, novel: 2}, {name: orders-baseline, port: 8080, weight: 20}]
            """
        let change = try change(GatewayFixture.objects(refs), "{canary: 30, baseline: 20}")
        #expect(change.manifest[path: "spec", "rules"]?.array?.first?["backendRefs"] == (try value(expected)))
    }

    @Test("edits the named rules only, leaves what has no backend of ours, and says what it did")
    func notes() throws {
        let rules = """
            [{name: api, matches: [{path: {value: /api}}], timeouts: {request: 5s}, backendRefs: \(Self.toPrimary)},
             {name: web, backendRefs: \(Self.toPrimary)}, {name: old, filters: [{type: RequestRedirect}]},
             {name: other, backendRefs: [{name: legacy, port: 80}]}, {name: idle, backendRefs: [{name: orders, weight: 0},
             {name: legacy}]}, {name: shared, backendRefs: \(Self.besideLegacy)}]
            """
        let objects = try loaded(GatewayFixture.route(rules: rules), GatewayFixture.service)
        let settings = GatewayFixture.settings("editableRoutes: [api, old, other, idle, shared]")
        let change = try change(objects, "canary: 40", settings)
        let before = objects[0][path: "spec", "rules"]?.array ?? []
        let after = change.manifest[path: "spec", "rules"]?.array ?? []
        #expect(backends(change)[0] == ["orders:60", "orders-canary:40"])
        for key in ["name", "matches", "timeouts"] { #expect(after[0][key] == before[0][key]) }
        #expect(after[1...4] == before[1...4])
        #expect(
            change.notes == [
                "rule \"api\" updated: primary 60%, canary 40%, baseline 0%",
                "rule \"web\" skipped: it is not among the editable rules",
                "rule \"old\" skipped: it has no backends",
                "rule \"other\" skipped: no backend is one of the Services \"orders\", \"orders-canary\", \"orders-baseline\"",
                "rule \"idle\" skipped: its backends of ours have no weight",
                "rule \"shared\" updated: weights primary 180, canary 120, baseline 0 beside 100 of other backends",
            ]
        )
        #expect(change.weights.map(\.1) == [60, 40, 0] && change.receivers == [.primary, .canary])
        #expect(change.manifest.labels["pipecd.dev/variant"] == "primary")
    }

    @Test(
        "takes the route that is configured, of either kind and in any version",
        arguments: [
            ("", "HTTPRoute/orders"), ("route: {name: b}", "GRPCRoute/b"),
            ("route: {kind: GRPCRoute}", "GRPCRoute/b"), ("route: {kind: HTTPRoute, name: a}", "HTTPRoute/a"),
        ]
    )
    func chosen(more: String, name: String) throws {
        let objects = try loaded(
            GatewayFixture.route(name: "a"),
            GatewayFixture.route(name: "b", type: ("v1", "GRPCRoute")),
            GatewayFixture.route(type: ("v1beta1", "HTTPRoute")),
            GatewayFixture.service
        )
        let change = try change(objects, "canary: 1", GatewayFixture.settings(more))
        #expect(change.manifest.key.shortDescription == name)
        let several = "3 routes found, taking HTTPRoute/orders"
        #expect((change.notes.first == several) == more.isEmpty)
    }

    @Test("takes the route that leads to the primary, when none is configured")
    func leading() throws {
        let other = "[{backendRefs: [{name: legacy, port: 80}]}]"
        let objects = try loaded(
            GatewayFixture.route(name: "a", rules: other),
            GatewayFixture.route(rules: other),
            GatewayFixture.route(name: "b"),
            GatewayFixture.service
        )
        #expect(try change(objects, "canary: 1").manifest.name == "b")
    }

    @Test(
        "names the Services of the variants by the settings, else as the rollouts of the pipeline do",
        arguments: [
            ("", "[]", "orders, orders-canary, orders-baseline"),
            (
                "", "[{name: K8S_CANARY_ROLLOUT, with: {suffix: next, createService: true}}]",
                "orders, orders-next, orders-baseline"
            ),
            (
                "",
                "[{name: K8S_BASELINE_ROLLOUT, with: {suffix: old, createService: true}}, "
                    + "{name: K8S_CANARY_ROLLOUT, with: {createService: true}}]",
                "orders, orders-canary, orders-old"
            ),
            (
                "primaryService: p, canaryService: c, baselineService: b",
                "[{name: K8S_CANARY_ROLLOUT, with: {suffix: next, createService: true}}]", "p, c, b"
            ),
            ("primaryService: orders-primary", "[]", "orders-primary, orders-canary, orders-baseline"),
        ]
    )
    func names(more: String, stages: String, names: String) throws {
        let settings = GatewayFixture.settings(more)
        let text = """
            {apiVersion: pipecd.dev/v1beta1, kind: Application,
             spec: {pipeline: {stages: \(stages)}, plugins: {k: \(settings)}}}
            """
        let configuration = try application(text, plugin: "k").get()
        let names = names.split(separator: ", ").map(String.init)
        let service = GatewayFixture.service.replacing("{name: orders}", with: "{name: \(names[0])}")
        let request = TrafficRequest(
            try loaded(GatewayFixture.route("[{name: \(names[0]), port: 80}]"), service),
            spec: configuration.plugin,
            options: try trafficOptions("{canary: 10, baseline: 10}"),
            pipeline: configuration.pipeline
        )
        let refs = try TrafficRouting.change(request).manifest[path: "spec", "rules"]?.array?[0]["backendRefs"]?.array
        #expect(refs?.compactMap { $0["name"]?.string } == names)
        #expect(try TrafficRouting.lookups(for: request).map(\.name) == Array(names.dropFirst()))
    }

    @Test(
        "fails with a reason rather than apply something wrong",
        arguments: [
            (
                "[]", "",
                "HTTPRoute/orders: no rule has a backend among the Services \"orders\", \"orders-canary\", "
                    + "\"orders-baseline\"; correct service.name or trafficRouting.gatewayapi.primaryService"
            ),
            (
                Self.toPrimary, "editableRoutes: [x]",
                "HTTPRoute/orders: none of the editable rules \"x\" has a backend "
                    + "among the Services \"orders\", \"orders-canary\", \"orders-baseline\"; correct "
                    + "trafficRouting.gatewayapi.editableRoutes"
            ),
            (
                Self.toPrimary, "route: {name: x}",
                "no HTTPRoute or GRPCRoute named \"x\" found; add it, or set "
                    + "trafficRouting.gatewayapi.route.name"
            ),
            (Self.toPrimary, "route: {kind: GRPCRoute}", "no GRPCRoute found; add one"),
            (
                Self.toPrimary, "canaryService: orders",
                "each variant needs a Service of its own, found \"orders\", "
                    + "\"orders\", \"orders-baseline\"; correct primaryService, canaryService and baselineService of "
                    + "trafficRouting.gatewayapi"
            ),
            (
                "[{name: orders, port: 80}, {name: orders, port: 81}]", "",
                "HTTPRoute/orders: rule \"main\": Service \"orders\" is there twice; remove one"
            ),
            (
                "[{name: orders, weight: -1}, {name: a}]", "",
                "HTTPRoute/orders: rule \"main\": a weight must be a whole "
                    + "number from 0 to 1000000, found -1"
            ),
            (
                "[{name: orders, weight: 1}, {name: a, weight: 10001}]", "",
                "HTTPRoute/orders: rule \"main\": it needs the "
                    + "weight 1000100, more than 1000000; write smaller ones in Git"
            ),
            (
                "[{name: orders, port: 80, weight: 0}]", "",
                "HTTPRoute/orders: no traffic can be moved: rule \"main\" skipped: its backends of ours have no weight"
            ),
            ("{a: b}", "", "HTTPRoute/orders: spec.rules[0].backendRefs must be a list, found a mapping"),
        ] as [(String, String, String)]
    )
    func refused(refs: String, more: String, text: String) throws {
        let objects = try manifests(GatewayFixture.route(refs), GatewayFixture.service)
        #expect(message { _ = try change(objects, "canary: 30", GatewayFixture.settings(more)) } == text)
    }
}
