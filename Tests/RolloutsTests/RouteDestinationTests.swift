import Manifests
import Rollouts
import Testing

@Suite("The destinations of an Istio route")
struct RouteDestinationTests {
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
