public import Manifests

/// Makes the objects of a canary or a baseline out of those of the application.
public enum VariantRollout {
    /// The objects of a variant: Services, ConfigMaps, Secrets, then workloads, all with names of their own.
    ///
    /// The originals are not among them, so applying the list leaves the primary alone. Workloads use the copies of the
    /// application's ConfigMaps and Secrets.
    ///
    /// - Parameters:
    ///   - variant: The canary or the baseline.
    ///   - loaded: The objects of the application, with their ownership marks.
    ///   - spec: The application's settings.
    ///   - options: The options of the stage.
    /// - Returns: The copies.
    /// - Throws: `RolloutError` when there is nothing to copy, a copy cannot be made, or its name is taken.
    /// - Precondition: The variant is not the primary, which is not made of copies.
    public static func manifests(
        for variant: Variant,
        from loaded: [Manifest],
        spec: PluginSpec,
        options: VariantRolloutOptions
    ) throws(RolloutError) -> [Manifest] {
        precondition(variant != .primary)
        guard !loaded.isEmpty else { throw RolloutError(.noManifests) }
        var source = loaded
        for patch in options.patches { source = try patch.apply(to: source) }
        let copy = VariantCopy(variant: variant, label: spec.variantLabel, suffix: options.suffix, source: source)
        let workloads = try self.workloads(in: source, spec)
        let services = options.createService ? try copy.services(spec.service) : []
        let configs = source.filter(\.isConfigMap) + source.filter(\.isSecret)
        var copies = services
        for config in configs { copies.append(try copy.renamed(config)) }
        for workload in workloads { copies.append(try copy.workload(workload, replicas: options.replicas)) }
        try copy.refuseTakenNames(copies, in: loaded)
        for index in copies.indices { copies[index].setVariant(variant, spec.variantLabel) }
        return try ConfigHash.annotate(copies, version: .complete)
    }

    private static func workloads(in source: [Manifest], _ spec: PluginSpec) throws(RolloutError) -> [Manifest] {
        let workloads = Selection.workloads(in: source, spec.workloads)
        guard !workloads.isEmpty else { throw RolloutError(.noWorkload(spec.workloads)) }
        return workloads
    }
}
