import Manifests
import Rollouts
import Testing

@Suite("The notes on a canary")
struct VariantNoteTests {
    private func notes(_ texts: String..., settings: String = "{}") throws -> [String] {
        let objects = try loaded(texts.joined(separator: "\n---\n"))
        let spec = try spec(settings)
        let options = VariantRolloutOptions(suffix: "canary")
        let copies = try VariantRollout.manifests(for: .canary, from: objects, spec: spec, options: options)
        return VariantRollout.notes(on: copies, of: .canary, from: objects, spec: spec)
    }

    private static let istio = Fixture.istio()

    @Test(
        "tell of Services that send it traffic at once",
        arguments: [
            (Fixture.service, "{}", true), (Fixture.labelledService(), "{}", false),
            (Fixture.labelledService(variant: "canary"), "{}", false),
            (Fixture.service.replacing("{app: orders}", with: "{app: other}"), "{}", false),
            (Fixture.service.replacing("{app: orders}", with: "{}"), "{}", false),
            (Fixture.service.replacing("name: orders", with: "name: orders, namespace: other"), "{}", false),
            (Fixture.service, istio, false),
            (Fixture.service.replacing("name: orders", with: "name: admin"), istio, true),
        ]
    )
    func traffic(service: String, settings: String, isTold: Bool) throws {
        let key = try manifests(service)[0].key.shortDescription
        let expected = "\(key) selects the canary's pods, too: they get traffic as soon as they are ready"
        #expect(try notes(Fixture.deployment(), service, settings: settings) == (isTold ? [expected] : []))
    }

    @Test("do not tell of Services in another namespace")
    func otherNamespace() throws {
        func at(_ text: String, _ namespace: String) -> String {
            text.replacing("metadata: {name: orders", with: "metadata: {namespace: \(namespace), name: orders")
        }
        #expect(try notes(at(Fixture.deployment(), "a"), at(Fixture.service, "b")) == [])
        #expect(try notes(at(Fixture.deployment(), "a"), at(Fixture.service, "a")).count == 1)
    }

    @Test(
        "tell of volumes that it mounts beside the primary and only one node can",
        arguments: [
            ("[ReadWriteOnce]", "data", "ReadWriteOnce"), ("[ReadWriteOncePod]", "data", "ReadWriteOncePod"),
            ("[ReadWriteMany]", "data", nil), ("[ReadWriteOnce, ReadOnlyMany]", "data", nil), ("[]", "data", nil),
            ("[ReadWriteOnce]", "other", nil),
        ] as [(String, String, String?)]
    )
    func volumes(modes: String, mounted: String, mode: String?) throws {
        let claim =
            "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {accessModes: \(modes)}}"
        let workload = Fixture.deployment().replacing(
            "containers:",
            with: "volumes: [{name: v, persistentVolumeClaim: {claimName: \(mounted)}}]\n      containers:"
        )
        let expected = mode.map { mode in
            "Deployment/orders-canary mounts PersistentVolumeClaim/data (\(mode)) beside the primary: "
                + "its pods wait where the volume cannot be mounted twice"
        }
        #expect(try notes(workload, claim) == [expected].compactMap { $0 })
    }
}
