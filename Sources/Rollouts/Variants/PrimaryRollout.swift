public import Manifests

/// Makes the objects of the primary out of those of the application.
public enum PrimaryRollout {
    /// All objects of the application, marked as primary, then the Services that the stage generates.
    ///
    /// Names stay as they are. The object that TRAFFIC_ROUTING changes is among them as Git has it: while the pipeline
    /// moves traffic, `TrafficRouting.keep` must have its say before they are applied.
    ///
    /// - Parameters:
    ///   - loaded: The objects of the application, with their ownership marks.
    ///   - spec: The application's settings.
    ///   - options: The options of the stage.
    ///   - pipeline: The stages of the deployment.
    ///   - labelling: Which workloads get the variant in their selector, when the options ask for it.
    /// - Returns: The objects in the order of `loaded`, then the generated Services.
    /// - Throws: `RolloutError` when there is nothing to apply, or the pods do not carry the label that traffic is
    ///   moved by.
    public static func manifests(
        from loaded: [Manifest],
        spec: PluginSpec,
        options: PrimaryRolloutOptions,
        pipeline: [PipelineStage] = [],
        labelling: SelectorLabelling = .selected
    ) throws(RolloutError) -> [Manifest] {
        guard !loaded.isEmpty else { throw RolloutError(.noManifests) }
        let label = spec.variantLabel
        var manifests = loaded
        if options.addVariantLabelToSelector {
            manifests = try labelling.apply(to: manifests, spec: spec)
        } else if pipeline.routesTraffic, spec.router.selectsPodsByLabel {
            try requireVariant(manifests, spec)
        }
        if options.createService {
            let copy = VariantCopy(variant: .primary, label: label, suffix: options.suffix, source: manifests)
            let services = try copy.services(spec.service)
            try copy.refuseTakenNames(services, in: loaded)
            manifests += services
        }
        for index in manifests.indices { manifests[index].setVariant(.primary, label) }
        return try ConfigHash.annotate(manifests, version: spec.configHashVersion)
    }

    /// Without the label on its pods the primary would lose all traffic when the Service selects it.
    ///
    /// Pods that the Service does not select for other reasons get no traffic anyway.
    private static func requireVariant(_ manifests: [Manifest], _ spec: PluginSpec) throws(RolloutError) {
        let (key, value) = (spec.variantLabel.key, spec.variantLabel.primary)
        let selector = spec.router.primaryService(in: manifests, spec: spec)?.object.selector(without: key) ?? [:]
        for workload in Selection.workloads(in: manifests, spec.workloads) {
            let labels = workload[path: "spec", "template", "metadata", "labels"]
            guard selector.allSatisfy({ labels?[$0.key]?.string == $0.value }) else { continue }
            for path in [["spec", "selector", "matchLabels"], ["spec", "template", "metadata", "labels"]] {
                guard workload.object.at(path + [key])?.string == value else {
                    throw RolloutError(.missingVariant(key: key, value: value), in: workload)
                }
            }
        }
    }
}
