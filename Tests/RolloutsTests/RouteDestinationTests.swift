import Manifests
import Rollouts
import Testing

@Suite("The destinations of an Istio route")
struct RouteDestinationTests {
    private func change(_ route: String, more: String = "") throws -> TrafficChange {
        let http = "[{name: main, route: \(route)}\(more)]"
        let objects = try manifests(Fixture.virtualService(http: http))
        let options = try trafficOptions("canary: 10")
        return try TrafficRouting.change(TrafficRequest(objects, spec: spec(Fixture.istio()), options: options))
    }

    private static let toPrimary = "[{destination: {host: orders, subset: primary}, weight: 100}]"
    private static let toOthers = """
        [{destination: {host: orders, subset: primary}, weight: 0}, {destination: {host: legacy}, weight: 100}]
        """

    @Test("without a subset are the primary's, with their headers and unknown fields")
    func withoutSubset() throws {
        let route = "[{destination: {host: orders, port: {number: 80}}, headers: {request: {set: {a: b}}}, novel: 1}]"
        let expected = """
            [{destination: {host: orders, port: {number: 80}, subset: primary}, headers: {request: {set: {a: b}}},
              novel: 1, weight: 90},
             {destination: {host: orders, port: {number: 80}, subset: canary}, weight: 10}]
            """
        #expect(try change(route).manifest[path: "spec", "http"]?.array?.first?["route"] == (try value(expected)))
    }

    @Test("that are of our host and of no variant are dropped, and named")
    func dropped() throws {
        let route = """
            [{destination: {host: orders, subset: primary}, weight: 70}, {destination: {host: orders}, weight: 10},
             {destination: {host: orders, subset: v1}, weight: 20}]
            """
        let change = try change(route)
        #expect(change.manifest[path: "spec", "http"]?.array?.first?["route"]?.array?.count == 2)
        #expect(
            change.notes.first
                == "route \"main\" updated: primary 90%, canary 10%, baseline 0%; dropped, because they are no variant's: "
                + "no subset, subset \"v1\""
        )
    }

    @Test(
        "are refused when their weights cannot be kept",
        arguments: [
            (
                "[{destination: {host: orders, subset: primary}, weight: 1}, {destination: {host: legacy}, weight: 1}]",
                "http route \"main\": the weights beside other destinations must add up to 100, found 2"
            ),
            (
                "[{destination: {host: orders}}, {destination: {host: legacy}, weight: 40}]",
                "http route \"main\": the weights beside other destinations must add up to 100, found 40"
            ),
            (
                """
                [{destination: {host: orders, subset: canary, port: {number: 80}}, weight: 50},
                 {destination: {host: orders, subset: canary, port: {number: 81}}, weight: 50}]
                """, "http route \"main\": the canary has two destinations; remove one"
            ),
            (
                "[{destination: {host: orders, port: {number: 80}}}, {destination: {host: orders, port: {number: 81}}}]",
                "http route \"main\": the primary has two destinations; remove one"
            ),
            (
                Self.toOthers,
                "no traffic can be moved: route \"main\" skipped: other destinations have all of its traffic"
            ),
        ]
    )
    func refused(route: String, text: String) {
        #expect(message { _ = try change(route) } == "VirtualService/orders-routes: \(text)")
    }

    @Test("that have no share beside others stay, while other routes are changed")
    func withoutShare() throws {
        let change = try change(Self.toOthers, more: ", {name: web, route: \(Self.toPrimary)}")
        let routes = change.manifest[path: "spec", "http"]?.array ?? []
        #expect(routes.first?["route"] == (try value(Self.toOthers)))
        #expect(change.notes.first == "route \"main\" skipped: other destinations have all of its traffic")
        #expect(change.receivers == [.primary, .canary])
    }

    @Test(
        "are told by the name of the host as long as a namespace is not known",
        arguments: [
            ("orders", "orders.shop.svc.cluster.local", true), ("orders.shop.svc.cluster.local", "orders", true),
            ("orders.shop.svc.cluster.local", "orders.far.svc.cluster.local", false),
            ("orders", "cart.shop.svc.cluster.local", false), ("orders", "orders.shop.test", false),
        ] as [(String, String, Bool)]
    )
    func offline(configured: String, written: String, same: Bool) throws {
        let route = "[{route: [{destination: {host: \(written)}}]}]"
        let settings = "trafficRouting: {method: istio, istio: {host: \(configured)}}"
        let request = TrafficRequest(
            try manifests(Fixture.virtualService(http: route)),
            spec: try spec(settings),
            options: try trafficOptions("canary: 10")
        )
        let error = message { _ = try TrafficRouting.change(request) }
        #expect((error == nil) == same)
    }

    @Test("decide which VirtualService is taken before its name does")
    func leading() throws {
        let objects = try manifests(
            Fixture.virtualService(name: "orders", http: "[{delegate: {name: orders-api}}]"),
            Fixture.virtualService(name: "orders-api")
        )
        let spec = try spec("{service: {name: orders}, trafficRouting: {method: istio}}")
        let request = TrafficRequest(objects, spec: spec, options: try trafficOptions("canary: 10"))
        #expect(try TrafficRouting.change(request).manifest.name == "orders-api")
    }
}
