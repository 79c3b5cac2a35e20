import Manifests

/// Moves shares of the traffic, by the weights of an Istio VirtualService.
struct IstioRouter: TrafficRouter {
    func check(_ options: TrafficRoutingOptions, spec: PluginSpec) throws(RolloutError) {
        _ = try host(spec)
        if let kind = spec.trafficRouting?.istio.virtualService?.kind, kind != "VirtualService" {
            throw RolloutError(.notAVirtualService(kind: kind))
        }
    }

    /// The VirtualServices with the configured name; without one all of them, first those named like the Service.
    func candidates(in manifests: [Manifest], spec: PluginSpec) throws(RolloutError) -> [Manifest] {
        let all = manifests.filter(\.isVirtualService)
        if let name = spec.trafficRouting?.istio.virtualService?.name { return all.filter { $0.name == name } }
        return all.filter { $0.name == spec.service?.name } + all.filter { $0.name != spec.service?.name }
    }

    func change(
        from loaded: [Manifest],
        spec: PluginSpec,
        options: TrafficRoutingOptions
    ) throws(RolloutError) -> TrafficChange {
        let candidates = try candidates(in: loaded, spec: spec)
        guard let original = candidates.first else {
            throw RolloutError(.noVirtualService(spec.trafficRouting?.istio.virtualService?.name))
        }
        let host = ServiceHost(try host(spec), namespace: original.namespace)
        var edit = VirtualServiceEdit(
            original: original,
            host: host,
            label: spec.variantLabel,
            shares: options.shares,
            editable: spec.trafficRouting?.istio.editableRoutes ?? []
        )
        var manifest = try edit.apply()
        manifest.setVariant(.primary, spec.variantLabel)
        let weights = Variant.allCases.map { ($0, edit.receivers.contains($0) ? options.shares[$0] : 0) }
        try SubsetCheck(loaded, host: host).require(weights.filter { $0.1 > 0 }.map(\.0), spec.variantLabel)
        if candidates.count > 1 {
            let name = original.key.shortDescription
            edit.notes.insert("\(candidates.count) VirtualServices found, taking \(name)", at: 0)
        }
        return TrafficChange(
            manifest: manifest,
            weights: weights,
            notes: edit.notes,
            backend: host.backend(in: loaded, label: spec.variantLabel)
        )
    }

    private func host(_ spec: PluginSpec) throws(RolloutError) -> String {
        guard let host = spec.trafficRouting?.istio.host ?? spec.service?.name, !host.isEmpty else {
            throw RolloutError(.noHost)
        }
        return host
    }
}

extension Manifest {
    /// Whether this is a VirtualService of Istio, in any version.
    fileprivate var isVirtualService: Bool {
        kind == "VirtualService" && groupVersionKind.group == "networking.istio.io"
    }

    /// Whether this is a DestinationRule of Istio, in any version.
    fileprivate var isDestinationRule: Bool {
        kind == "DestinationRule" && groupVersionKind.group == "networking.istio.io"
    }
}

/// Looks whether the DestinationRules in Git define the subsets that are to receive traffic.
///
/// Without any rule for the host in Git it may be elsewhere, and nothing is known.
private struct SubsetCheck {
    private let rules: [Manifest]
    private let host: ServiceHost

    init(_ loaded: [Manifest], host: ServiceHost) {
        self.host = host
        rules = loaded.filter { rule in
            rule.isDestinationRule && host.matches(rule[path: "spec", "host"]?.string ?? "", from: rule.namespace)
        }
    }

    func require(_ variants: [Variant], _ label: VariantLabel) throws(RolloutError) {
        guard let rule = rules.first else { return }
        let subsets = rules.flatMap { $0[path: "spec", "subsets"]?.array ?? [] }.compactMap { $0["name"]?.string }
        for subset in variants.map(label.value) where !subsets.contains(subset) {
            throw RolloutError(.noSubset(subset, host: host.text), in: rule)
        }
    }
}
