import Manifests
import Rollouts
import Testing

@Suite("Traffic by pod selector")
struct PodSelectorTests {
    private let service = "service: {name: orders}"

    private func change(_ objects: [Manifest], _ with: String, _ settings: String = "{}") throws -> TrafficChange {
        let spec = try spec(settings)
        return try TrafficRouting.change(TrafficRequest(objects, spec: spec, options: trafficOptions(with)))
    }

    @Test(
        "TRP-01, TRP-02 switches the Service, and applies nothing else",
        arguments: ["canary", "primary"] as [String]
    )
    func switched(variant: String) throws {
        let objects = try loaded(Fixture.labelledDeployment, Fixture.labelledService())
        let change = try change(objects, "\(variant): 100", service)
        #expect(change.manifest.key.description == ":Service::orders")
        #expect(change.manifest[path: "spec", "selector"] == ["app": "orders", "pipecd.dev/variant": .string(variant)])
        #expect(change.manifest[path: "spec", "ports"] == objects[1][path: "spec", "ports"])
        #expect(change.weights.map(\.1) == (variant == "canary" ? [0, 100, 0] : [100, 0, 0]))
        #expect(change.receivers.map(\.rawValue) == [variant])
        #expect(change.notes == ["Service/orders selects pipecd.dev/variant: \(variant)"])
    }

    @Test("BEYOND-16 keeps the Service a primary object, and tells which pods receive")
    func marksAndBackend() throws {
        let change = try change(loaded(Fixture.labelledService()), "canary: 100", service)
        #expect(change.manifest.labels["pipecd.dev/variant"] == "primary")
        #expect(change.manifest.annotations["pipecd.dev/variant"] == "primary")
        let labels = ["app": "orders", "pipecd.dev/variant": "canary"]
        #expect(change.backends[.canary] == TrafficBackend(service: "orders", namespace: nil, podLabels: labels))
    }

    @Test(
        "TRP-03, TRP-04, E33 refuses shares that it cannot bring about, before any manifest is read",
        arguments: [
            ("baseline: 100", "primary 0%, canary 0%, baseline 100%"),
            ("{primary: 50, canary: 50}", "primary 50%, canary 50%, baseline 0%"),
            ("{}", "primary 0%, canary 0%, baseline 0%"),
            ("canary: 30", "primary 0%, canary 30%, baseline 0%"),
        ] as [(String, String)]
    )
    func notSwitchable(with: String, shares: String) throws {
        let options = try trafficOptions(with)
        let expected =
            "method podselector moves all traffic at once, to primary or canary; wanted \(shares); "
            + "write all: canary or all: primary, or use method istio or gatewayapi"
        #expect(message { try TrafficRouting.check(options, spec: PluginSpec()) } == expected)
        #expect(message { _ = try change([], with) } == expected)
    }

    @Test(
        "TRP-05, TRP-06, TRP-10, E31, E32 fails with the reason when the Service in Git does not fit",
        arguments: [
            ("", "there are no manifests to roll out"),
            (Fixture.labelledDeployment, "no Service named \"orders\" found; add it, or set service.name"),
            (
                Fixture.service,
                "Service/orders: the selector of the Service lacks pipecd.dev/variant; add it with the value of the primary"
            ),
            (
                Fixture.labelledService(variant: "blue"),
                "Service/orders: the selector of the Service must have pipecd.dev/variant: primary, found blue; "
                    + "in Git it selects the primary"
            ),
            (
                "{apiVersion: v1, kind: Service, metadata: {name: orders}, spec: {}}",
                "Service/orders: the Service has no selector; traffic cannot be routed by it"
            ),
        ] as [(String, String)]
    )
    func refused(objects: String, text: String) throws {
        let objects = try manifests(objects)
        #expect(message { _ = try change(objects, "canary: 100", service) } == text)
    }

    @Test("TRP-07, E34 takes the first of several Services, and says so")
    func several() throws {
        let objects = try loaded(Fixture.labelledService(), Fixture.labelledService(name: "orders-admin"))
        let change = try change(objects, "canary: 100")
        #expect(change.manifest.name == "orders")
        #expect(change.notes.first == "2 Services found, taking the first: Service/orders")
    }

    @Test("uses the configured label")
    func customLabel() throws {
        let objects = try manifests(
            "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: shop}, spec: {selector: {track: live, app: web}}}"
        )
        let change = try change(
            objects,
            "canary: 100",
            "variantLabel: {key: track, primaryValue: live, canaryValue: next}"
        )
        #expect(change.manifest[path: "spec", "selector"] == ["track": "next", "app": "web"])
        let labels = ["app": "web", "track": "next"]
        #expect(change.backends[.canary] == TrafficBackend(service: "a", namespace: "shop", podLabels: labels))
    }
}
