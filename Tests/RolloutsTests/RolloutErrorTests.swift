import Manifests
import Rollouts
import Testing

@Suite("Rollout errors")
struct RolloutErrorTests {
    @Test("say where the object was read")
    func position() throws {
        let text = "\n\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: shop}}"
        let objects = ManifestParser.parse(Array(text.utf8), file: "deploy.yaml").manifests
        let found = message {
            _ = try VariantRollout.manifests(
                for: .canary,
                from: objects,
                spec: PluginSpec(),
                options: VariantRolloutOptions(suffix: "x")
            )
        }
        #expect(
            found == "deploy.yaml:3:1: Deployment/shop/a: spec.selector is missing; "
                + "add one that matches the labels of the pods"
        )
    }

    @Test(
        "have a text for every reason, in one line",
        arguments: [
            .badConfiguration([ConfigurationProblem(position: nil, path: "a", text: "b")]),
            .badLabelValue(key: "k", value: "v"), .noTargets("why"), .unknownTargets([.init("a", near: "b")]),
            .targetTwice("a"), .noManifests, .noWorkload([]), .noService(nil),
            .unsupportedWorkload(kind: "Job", ": why"),
            .noSelector,
            .badField(path: "a", expected: "b", found: "c"), .manifest(ManifestError(.other("x"))),
            .sharedSuffix("x", .canary, .baseline),
            .nameTaken(by: ResourceKey(group: "", kind: "Service", namespace: nil, name: "a")),
            .badName("A", limit: 63),
            .missingVariant(key: "k", value: "v"), .nothingToHash, .notConvertible(path: "a", type: "bool"),
            .badBase64(path: "a", offset: 1), .patchTargetMissing(kind: "a", name: "b"), .patch(path: "a", text: "b"),
            .traffic("a"),
        ] as [RolloutError.Reason]
    )
    func texts(reason: RolloutError.Reason) {
        let text = "\(RolloutError(reason))"
        #expect(!text.isEmpty && !text.contains("\n") && !text.hasSuffix("."))
    }

    @Test("of a VirtualService's reference name its kind")
    func wrongKind() {
        var spec = PluginSpec()
        spec.service = ResourceReference(name: "orders")
        var istio = IstioRouter()
        istio.virtualService = ResourceReference(kind: "Service")
        spec.trafficRouting = .istio(istio)
        let expected = "the reference for a VirtualService has kind \"Service\"; write \"VirtualService\" or nothing"
        #expect(message { try TrafficRouting.check(TrafficRoutingOptions(), spec: spec) } == expected)
    }
}
