import Manifests
import Rollouts
import Testing

@Suite("The destinations of an Istio route")
struct RouteDestinationTests {
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
