import Manifests
import Rollouts
import Testing

@Suite("Traffic by Istio")
struct IstioTests {
    private func change(_ objects: [Manifest], _ with: String, _ settings: String? = nil) throws -> TrafficChange {
        let spec = try spec(settings ?? Fixture.istio())
        return try TrafficRouting.change(TrafficRequest(objects, spec: spec, options: trafficOptions(with)))
    }

    /// The routes of every entry as `host/subset:weight`.
    private func routes(_ change: TrafficChange) -> [[String]] {
        (change.manifest[path: "spec", "http"]?.array ?? []).map { entry in
            (entry["route"]?.array ?? []).map { destination in
                let host = destination[path: "destination", "host"]?.string ?? "?"
                let subset = destination[path: "destination", "subset"]?.string ?? "?"
                return "\(host)/\(subset):\(destination["weight"]?.int ?? -1)"
            }
        }
    }

    private func virtualService(_ route: String) throws -> [Manifest] {
        try loaded(
            Fixture.deployment(),
            Fixture.service,
            Fixture.virtualService(http: "[{name: main, route: \(route)}]")
        )
    }

    private static let toPrimary = "[{destination: {host: orders, subset: primary}, weight: 100}]"

    @Test(
        "TRI-01 to TRI-04, TRI-10, E38 to E40 sets the weights in what other destinations leave",
        arguments: [
            (Self.toPrimary, "canary: 35", ["orders/primary:65", "orders/canary:35"]),
            (
                Self.toPrimary, "{primary: 60, canary: 15, baseline: 25}",
                ["orders/primary:60", "orders/canary:15", "orders/baseline:25"]
            ),
            (Self.toPrimary, "primary: 100", ["orders/primary:100"]),
            (
                "[{destination: {host: orders, subset: primary}, weight: 80}, {destination: {host: legacy, subset: v1}, weight: 20}]",
                "canary: 25", ["orders/primary:60", "orders/canary:20", "legacy/v1:20"]
            ),
            (
                "[{destination: {host: orders, subset: primary}, weight: 60}, {destination: {host: legacy, subset: v1}, weight: 40}]",
                "canary: 33", ["orders/primary:41", "orders/canary:19", "legacy/v1:40"]
            ),
            (
                "[{destination: {host: orders, subset: primary}, weight: 1}, {destination: {host: legacy, subset: v1}, weight: 99}]",
                "canary: 50", ["orders/primary:1", "legacy/v1:99"]
            ),
            (Self.toPrimary, "canary: 100", ["orders/primary:0", "orders/canary:100"]),
            (
                "[{destination: {host: orders, subset: canary}, weight: 40}, {destination: {host: orders, subset: primary}}]",
                "canary: 10", ["orders/primary:90", "orders/canary:10"]
            ),
            ("[{destination: {host: orders}}, {weight: 5}]", "canary: 10", ["orders/primary:90", "orders/canary:10"]),
        ] as [(String, String, [String])]
    )
    func weights(route: String, with: String, expected: [String]) throws {
        #expect(try routes(change(virtualService(route), with)) == [expected])
    }

    @Test("TRI-05, BEYOND-14 edits only the named routes and says what it did")
    func editable() throws {
        let http = """
            [{name: api, match: [{uri: {prefix: /api}}], timeout: 5s, novel: {x: 1}, route: \(Self.toPrimary)},
             {name: web, route: \(Self.toPrimary)}, {route: \(Self.toPrimary)}]
            """
        let objects = try loaded(Fixture.virtualService(http: http))
        let change = try change(objects, "canary: 40", Fixture.istio(", editableRoutes: [api]"))
        #expect(
            routes(change) == [
                ["orders/primary:60", "orders/canary:40"], ["orders/primary:100"], ["orders/primary:100"],
            ]
        )
        let before = objects[0][path: "spec", "http"]?.array ?? []
        let after = change.manifest[path: "spec", "http"]?.array ?? []
        #expect(after[1] == before[1] && after[2] == before[2])
        for key in ["name", "match", "timeout", "novel"] { #expect(after[0][key] == before[0][key]) }
        #expect(
            change.notes == [
                "route \"api\" updated: primary 60%, canary 40%, baseline 0%",
                "route \"web\" skipped: it is not among the editable routes",
                "route [2] skipped: it is not among the editable routes",
            ]
        )
    }

    @Test("TRI-07 uses the label values as subsets")
    func subsets() throws {
        let objects = try virtualService("[{destination: {host: orders, subset: live}}]")
        let label = "\nvariantLabel: {primaryValue: live, canaryValue: next, baselineValue: twin}"
        let change = try change(objects, "{canary: 25, baseline: 25}", Fixture.istio() + label)
        #expect(routes(change) == [["orders/live:50", "orders/next:25", "orders/twin:25"]])
    }

    @Test("TRI-09 edits every route when none is named")
    func unnamed() throws {
        let http = "[{route: \(Self.toPrimary)}, {route: \(Self.toPrimary)}]"
        let result = try change(loaded(Fixture.virtualService(http: http)), "canary: 50")
        #expect(routes(result) == Array(repeating: ["orders/primary:50", "orders/canary:50"], count: 2))
    }

    @Test("TRI-11 edits the named VirtualService, else the one named like the Service, else the first")
    func chosen() throws {
        let objects = try loaded(
            Fixture.virtualService(name: "a"),
            Fixture.virtualService(),
            Fixture.virtualService(name: "orders")
        )
        #expect(try change(objects, "canary: 1").manifest.name == "orders-routes")
        let unnamed = "{service: {kind: Service, name: orders}, trafficRouting: {method: istio}}"
        let likeService = try change(objects, "canary: 1", unnamed)
        #expect(likeService.manifest.name == "orders")
        #expect(likeService.notes.first == "3 VirtualServices found, taking VirtualService/orders")
        #expect(try change(Array(objects.prefix(2)), "canary: 1", unnamed).manifest.name == "a")
    }

    @Test("BEYOND-14 keeps ports, and the headers and unknown fields of the destination with the same subset")
    func portsAndHeaders() throws {
        let route = """
            [{destination: {host: orders, subset: primary, port: {number: 8080}}, weight: 90, headers: {request: {set: {a: b}}}},
             {destination: {host: orders, subset: canary, port: {number: 8081}}, weight: 10, novel: 1}]
            """
        let expected = """
            [{destination: {host: orders, subset: primary, port: {number: 8080}}, weight: 50, headers: {request: {set: {a: b}}}},
             {destination: {host: orders, subset: canary, port: {number: 8081}}, weight: 30, novel: 1},
             {destination: {host: orders, subset: baseline, port: {number: 8080}}, weight: 20}]
            """
        let change = try change(virtualService(route), "{canary: 30, baseline: 20}")
        #expect(change.manifest[path: "spec", "http"]?.array?.first?["route"] == (try value(expected)))
    }

    @Test("keeps the VirtualService a primary object, and tells which pods receive")
    func marksAndBackend() throws {
        let change = try change(virtualService(Self.toPrimary), "canary: 30")
        #expect(change.manifest.labels["pipecd.dev/variant"] == "primary")
        #expect(change.weights.map(\.1) == [70, 30, 0] && change.receivers == [.primary, .canary])
        let backend = TrafficBackend(service: "orders", namespace: nil, podLabels: ["app": "orders"])
        #expect(change.backends[.canary] == backend)
    }

    @Test("counts a variant that no route gives a weight as one without traffic")
    func roundedAway() throws {
        let route = "[{destination: {host: orders}, weight: 1}, {destination: {host: legacy}, weight: 99}]"
        #expect(try change(virtualService(route), "canary: 50").receivers == [.primary])
    }

    @Test(
        "BEYOND-14 takes short and full names for one host, within the namespace",
        arguments: [
            ("orders", "orders.shop.svc.cluster.local", true), ("orders.shop.svc.cluster.local", "orders", true),
            ("orders", "orders.other.svc.cluster.local", false), ("orders", "orders.shop", false),
            ("orders", "orders.shop.svc.clusterset.local", false), ("api.shop.test", "api.shop.test", true),
        ] as [(String, String, Bool)]
    )
    func hosts(configured: String, written: String, same: Bool) throws {
        let text = """
            {apiVersion: networking.istio.io/v1beta1, kind: VirtualService, metadata: {name: r, namespace: shop},
             spec: {http: [{route: [{destination: {host: \(written)}}]}]}}
            """
        let settings = "trafficRouting: {method: istio, istio: {host: \(configured)}}"
        let objects = try manifests(text)
        if same {
            let change = try change(objects, "canary: 10", settings)
            #expect(routes(change) == [["\(written)/primary:90", "\(written)/canary:10"]])
        } else {
            let expected =
                "VirtualService/shop/r: no http route leads to host \"\(configured)\"; "
                + "correct service.name or trafficRouting.istio.host"
            #expect(message { _ = try change(objects, "canary: 10", settings) } == expected)
        }
    }

    @Test("BEYOND-14 prefers the configured host to the name of the Service")
    func configuredHost() throws {
        let objects = try virtualService("[{destination: {host: shop-orders, subset: primary}}]")
        let change = try change(objects, "canary: 10", Fixture.istio(", host: shop-orders"))
        #expect(routes(change) == [["shop-orders/primary:90", "shop-orders/canary:10"]])
        let backend = TrafficBackend(service: "shop-orders", namespace: nil, podLabels: [:])
        #expect(change.backends[.primary] == backend)
    }

    @Test(
        "TRI-06, BEYOND-11, BEYOND-14, E35 to E37 fails with a reason rather than apply something wrong",
        arguments: [
            (
                Fixture.service, "{}",
                "no VirtualService named \"orders-routes\" found; "
                    + "add it, or set trafficRouting.istio.virtualService.name"
            ),
            (
                Fixture.service, "{service: {name: orders}, trafficRouting: {method: istio}}",
                "no VirtualService found; add one"
            ),
            (
                Fixture.virtualService(), "trafficRouting: {method: istio}",
                "the destination host is unknown; set service.name or trafficRouting.istio.host"
            ),
            (
                Fixture.virtualService(), Fixture.istio(", editableRoutes: [api, web]"),
                "VirtualService/orders-routes: none of the editable routes \"api\", \"web\" leads to host \"orders\"; "
                    + "correct trafficRouting.istio.editableRoutes"
            ),
            (
                Fixture.virtualService(
                    http: "[{redirect: {uri: /}}, {directResponse: {status: 503}}, {delegate: {name: x}}]"
                ), "{}",
                "VirtualService/orders-routes: no http route leads to host \"orders\"; "
                    + "correct service.name or trafficRouting.istio.host"
            ),
            (
                Fixture.virtualService(
                    http: "[{name: main, route: [{destination: {host: orders}}, "
                        + "{destination: {host: a}, weight: 60}, {destination: {host: b}, weight: 50}]}]"
                ), "{}",
                "VirtualService/orders-routes: http route \"main\": "
                    + "the weights of other destinations add up to 110, more than 100"
            ),
            (
                Fixture.virtualService(
                    http: "[{route: [{destination: {host: orders}}, {destination: {host: a}, weight: -1}]}]"
                ), "{}",
                "VirtualService/orders-routes: http route [0]: a weight must be a whole number from 0 to 100, found -1"
            ),
            (
                Fixture.virtualService(http: "[{route: {a: b}}]"), "{}",
                "VirtualService/orders-routes: spec.http[0].route must be a list, found a mapping"
            ),
        ] as [(String, String, String)]
    )
    func refused(objects: String, settings: String, text: String) throws {
        let objects = try manifests(objects)
        #expect(message { _ = try change(objects, "canary: 30", settings == "{}" ? nil : settings) } == text)
    }

    @Test("BEYOND-14 refuses shares above 100 that never went through the configuration")
    func tooMuch() throws {
        let options = TrafficRoutingOptions(primary: 0, canary: 80, baseline: 40)
        let objects = try manifests(Fixture.virtualService())
        let text = message {
            _ = try TrafficRouting.change(TrafficRequest(objects, spec: spec(Fixture.istio()), options: options))
        }
        let expected =
            "VirtualService/orders-routes: http route \"main\": "
            + "primary 0%, canary 80%, baseline 40% is more than 100%"
        #expect(text == expected)
    }

    @Test(
        "BEYOND-14 leaves entries without destinations of the host alone",
        arguments: [
            ("redirect: {uri: /new}", "it has no destinations"),
            ("directResponse: {status: 503}", "it has no destinations"),
            ("delegate: {name: orders-api}", "it has no destinations"),
            ("route: [{destination: {host: cart}}]", "no destination is host \"orders\""),
        ]
    )
    func redirects(entry: String, why: String) throws {
        let http = "[{name: old, \(entry)}, {name: main, route: \(Self.toPrimary)}]"
        let objects = try loaded(Fixture.virtualService(http: http))
        let change = try change(objects, "canary: 10")
        #expect(change.manifest[path: "spec", "http"]?.array?[0] == objects[0][path: "spec", "http"]?.array?[0])
        #expect(change.notes[0] == "route \"old\" skipped: \(why)")
    }
}
