import Manifests
import Rollouts
import Testing

@Suite("The shares of the traffic")
struct LiveSharesTests {
    private func shares(_ objects: [Manifest], _ settings: String) throws -> [Variant: Int]? {
        TrafficRouting.shares(in: objects, spec: try spec(settings), pipeline: [])?.shares
    }

    @Test(
        "are read from a VirtualService as the weights of its destinations",
        arguments: [
            (
                "[{destination: {host: orders, subset: primary}, weight: 90}, {destination: {host: orders, subset: canary}, weight: 10}]",
                [90, 10, 0]
            ),
            ("[{destination: {host: orders, subset: primary}}]", [100, 0, 0]),
            ("[{destination: {host: orders}}]", [100, 0, 0]),
            (
                "[{destination: {host: orders, subset: primary}, weight: 60}, {destination: {host: orders, subset: baseline}, weight: 20}, {destination: {host: legacy}, weight: 20}]",
                [75, 0, 25]
            ),
            ("[{destination: {host: other, subset: canary}, weight: 100}]", nil),
            ("[{destination: {host: orders, subset: blue}, weight: 100}]", nil),
            ("[{destination: {host: orders, subset: canary}, weight: 9223372036854775807}]", nil),
        ] as [(String, [Int]?)]
    )
    func istio(route: String, percent: [Int]?) throws {
        let objects = try manifests(
            Fixture.service,
            Fixture.virtualService(http: "[{name: other}, {name: main, route: \(route)}]")
        )
        let expected = percent.map { Dictionary(uniqueKeysWithValues: zip(Variant.allCases, $0)) }
        #expect(try shares(objects, Fixture.istio()) == expected)
        let notEditable = Fixture.istio(", editableRoutes: [other]")
        #expect(try shares(objects, notEditable) == nil)
    }

    @Test(
        "are read from a route of the Gateway API as the weights of its backends, 1 when none is written",
        arguments: [
            ("[{name: orders, port: 80}]", [100, 0, 0]),
            ("[{name: orders, weight: 3}, {name: orders-canary}]", [75, 25, 0]),
            ("[{name: orders, weight: 0}, {name: orders-canary, weight: 0}]", nil),
            ("[{name: orders-canary, kind: Bucket}]", nil),
        ] as [(String, [Int]?)]
    )
    func gatewayAPI(backends: String, percent: [Int]?) throws {
        let objects = try manifests(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: orders}
            spec: {rules: [{matches: []}, {backendRefs: \(backends)}]}
            """
        )
        let expected = percent.map { Dictionary(uniqueKeysWithValues: zip(Variant.allCases, $0)) }
        #expect(try shares(objects, "{service: {name: orders}, trafficRouting: {method: gatewayapi}}") == expected)
    }

    @Test("are all of it for the variant that a Service selects", arguments: ["primary", "canary"])
    func podSelector(variant: String) throws {
        let objects = try manifests(Fixture.labelledService(variant: variant))
        let found = TrafficRouting.shares(in: objects, spec: try spec(), pipeline: [])
        #expect(found?.shares.filter { $0.value == 100 }.map(\.key.rawValue) == [variant])
        #expect(found?.podLabels == ["app": "orders"])
        #expect(found?.route.shortDescription == "Service/orders")
    }

    @Test("are unknown where nothing divides the traffic", arguments: [Fixture.service, Fixture.configMap])
    func unknown(object: String) throws {
        for settings in ["{}", Fixture.istio()] { #expect(try shares(try manifests(object), settings) == nil) }
    }
}
