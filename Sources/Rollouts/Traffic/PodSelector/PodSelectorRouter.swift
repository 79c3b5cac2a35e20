import Manifests

/// Moves all traffic at once, by the selector of the Service.
struct PodSelectorRouter: TrafficRouter {
    func check(_ options: TrafficRoutingOptions, spec: PluginSpec) throws(RolloutError) {
        _ = try receiver(options)
    }

    func candidates(in manifests: [Manifest], spec: PluginSpec) throws(RolloutError) -> [Manifest] {
        Selection.services(in: manifests, spec.service)
    }

    func change(
        from loaded: [Manifest],
        spec: PluginSpec,
        options: TrafficRoutingOptions
    ) throws(RolloutError) -> TrafficChange {
        let receiver = try receiver(options)
        let label = spec.variantLabel
        let candidates = try candidates(in: loaded, spec: spec)
        guard let service = candidates.first else { throw RolloutError(.noService(spec.service?.name)) }
        try requirePrimary(service, label)
        var manifest = service
        try manifest.edit(.string(label.value(of: receiver)), at: ["spec", "selector", label.key])
        manifest.setVariant(.primary, label)
        var notes = ["\(service.key.shortDescription) selects \(label.key): \(label.value(of: receiver))"]
        if candidates.count > 1 {
            notes.insert("\(candidates.count) Services found, taking the first: \(service.key.shortDescription)", at: 0)
        }
        return TrafficChange(
            manifest: manifest,
            weights: Variant.allCases.map { ($0, $0 == receiver ? 100 : 0) },
            notes: notes,
            backend: TrafficBackend(service, label: label)
        )
    }

    /// The variant that gets everything.
    private func receiver(_ options: TrafficRoutingOptions) throws(RolloutError) -> Variant {
        let written = options.percentages
        let receiver = [Variant.primary, .canary].first { written[$0] == 100 }
        guard written.baseline <= 0, let receiver else {
            throw RolloutError(.notSwitchable(written))
        }
        return receiver
    }

    /// Git must select the primary: what a switch starts from is never the live state.
    private func requirePrimary(_ service: Manifest, _ label: VariantLabel) throws(RolloutError) {
        guard let selector = service[path: "spec", "selector"]?.mapping, !selector.isEmpty else {
            throw RolloutError(.serviceWithoutSelector, in: service)
        }
        guard let found = selector[label.key] else {
            throw RolloutError(.selectorLacksVariant(key: label.key), in: service)
        }
        guard found.string == label.primary else {
            let found = found.string ?? found.described
            let reason = RolloutError.Reason.selectorSelectsOther(key: label.key, wanted: label.primary, found: found)
            throw RolloutError(reason, in: service)
        }
    }
}
