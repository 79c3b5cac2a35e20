public import Manifests

/// Makes the objects of the primary out of those of the application.
public enum PrimaryRollout {
    /// All objects of the application, marked as primary, then the Services that the stage generates.
    ///
    /// Names stay as they are. When the pipeline moves traffic with Istio, the VirtualService that it moves is left
    /// out, so that the split stays; a prune must keep it nevertheless (`trafficObject`). With the pod selector the
    /// Service is in the list with the selector of Git: put the live value in with `keeping`.
    ///
    /// - Parameters:
    ///   - loaded: The objects of the application, with their ownership marks.
    ///   - spec: The application's settings.
    ///   - options: The options of the stage.
    ///   - pipeline: The stages of the deployment.
    /// - Returns: The objects in the order of `loaded`, then the generated Services.
    /// - Throws: `RolloutError` when there is nothing to apply, or the pods do not carry the label that traffic is
    ///   moved by.
    public static func manifests(
        from loaded: [Manifest],
        spec: PluginSpec,
        options: PrimaryRolloutOptions,
        pipeline: [PipelineStage] = []
    ) throws(RolloutError) -> [Manifest] {
        guard !loaded.isEmpty else { throw RolloutError(.noManifests) }
        let label = spec.variantLabel
        var manifests = loaded
        if options.addVariantLabelToSelector {
            manifests = try SelectorLabelling.selected.apply(to: manifests, spec: spec)
        } else if pipeline.routesTraffic, spec.trafficMethod == .podSelector {
            try requireVariant(manifests, spec)
        }
        if options.createService {
            let copy = VariantCopy(variant: .primary, label: label, suffix: options.suffix, source: manifests)
            let services = try copy.services(spec.service)
            try copy.refuseTakenNames(services, in: loaded)
            manifests += services
        }
        if pipeline.routesTraffic, spec.trafficMethod == .istio {
            let controlled = trafficObject(in: loaded, spec: spec)
            manifests.removeAll { $0.key == controlled }
        }
        for index in manifests.indices { manifests[index].setVariant(.primary, label) }
        return try ConfigHash.annotate(manifests, version: spec.configHashVersion)
    }

    /// The object that TRAFFIC_ROUTING changes: the Service, or the VirtualService with Istio; `nil` when there is
    /// none.
    public static func trafficObject(in manifests: [Manifest], spec: PluginSpec) -> ResourceKey? {
        try? TrafficRouting.router(for: spec).candidates(in: manifests, spec: spec).first?.key
    }

    /// The manifests with the live variant in the selector of the Service that TRAFFIC_ROUTING switches.
    ///
    /// Only a selector that mentions the variant in Git is changed, and only for a value that is one of the variants.
    ///
    /// - Parameters:
    ///   - value: The value in the live Service; `nil` when there is none, which changes nothing.
    ///   - manifests: What is about to be applied.
    ///   - spec: The application's settings.
    /// - Returns: The same manifests, in one of which the selector may differ.
    public static func keeping(
        liveSelectorValue value: String?,
        in manifests: [Manifest],
        spec: PluginSpec
    ) -> [Manifest] {
        let label = spec.variantLabel
        guard let value, Variant.allCases.contains(where: { label.value(of: $0) == value }) else { return manifests }
        guard spec.trafficMethod == .podSelector, let key = trafficObject(in: manifests, spec: spec) else {
            return manifests
        }
        return manifests.map { manifest in
            let path = ["spec", "selector", label.key]
            guard manifest.key == key, manifest.object.at(path) != nil else { return manifest }
            var copy = manifest
            return (try? copy.set(.string(value), at: path)) == nil ? manifest : copy
        }
    }

    /// Without the label on its pods the primary would lose all traffic when the Service selects it.
    private static func requireVariant(_ manifests: [Manifest], _ spec: PluginSpec) throws(RolloutError) {
        let (key, value) = (spec.variantLabel.key, spec.variantLabel.primary)
        for workload in Selection.workloads(in: manifests, spec.workloads) {
            for path in [["spec", "selector", "matchLabels"], ["spec", "template", "metadata", "labels"]] {
                guard workload.object.at(path + [key])?.string == value else {
                    throw RolloutError(.missingVariant(key: key, value: value), in: workload)
                }
            }
        }
    }
}
