import Manifests

/// Moves all traffic at once, by the selector of the Service.
struct PodSelectorRouter: TrafficRouter {
    static var method: TrafficRoutingSpec.Method { .podSelector }
    static var kinds: [GroupKind] { [GroupKind(kind: "Service")] }

    var selectsPodsByLabel: Bool { true }

    init() {}

    init(_ fields: ConfigurationFields) {
        fields.finish()
    }

    static var schemaKeys: SchemaKeys { [:] }

    /// A Service that leads to the variant alone sends nothing by itself: it is a way that others may take.
    static func sends(_ object: Value, to receiver: TrafficReceiver) -> Bool {
        object[path: "spec", "selector"]?[receiver.key]?.string == receiver.value
            && !receiver.services.contains(object[path: "metadata", "name"]?.string ?? "")
    }

    /// Without a name it may be any, because which of them Git has first cannot be seen.
    func mayTake(from receiver: TrafficReceiver, in object: Value, spec: PluginSpec) -> Bool {
        let name = object[path: "metadata", "name"]?.string
        return Self.sends(object, to: receiver) && (spec.service?.name ?? name) == name
    }

    func primaryService(in manifests: [Manifest], spec: PluginSpec) -> Manifest? {
        candidates(in: manifests, spec: spec).first
    }

    func check(_ options: TrafficRoutingOptions, spec: PluginSpec) throws(RolloutError) {
        _ = try receiver(options)
    }

    func candidates(in manifests: [Manifest], spec: PluginSpec) -> [Manifest] {
        Selection.services(in: manifests, spec.service)
    }

    func change(_ request: TrafficRequest, live: TrafficAnswers) throws(RolloutError) -> TrafficChange {
        let (label, receiver) = (request.label, try receiver(request.options))
        let candidates = candidates(in: request.manifests, spec: request.spec)
        guard let service = candidates.first else { throw RolloutError(.noService(request.spec.service?.name)) }
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
            backends: backends(of: service, label)
        )
    }

    /// Keeps the live value of the selector, if Git mentions the variant and the value is that of one.
    ///
    /// A new Service has no traffic to take away, and pods may need it to become ready.
    func keep(_ manifest: Manifest, live: LiveTrafficObject, label: VariantLabel) -> KeptTraffic.Treatment {
        guard live != .missing else { return .apply(manifest, note: nil) }
        let path = ["spec", "selector", label.key]
        guard case .found(let object) = live, let value = object.at(path)?.string,
            let written = manifest.object.at(path), written.string != value,
            Variant.allCases.contains(where: { label.value(of: $0) == value })
        else { return .applyLast(manifest, note: nil) }
        var copy = manifest
        guard (try? copy.set(.string(value), at: path)) != nil else { return .applyLast(manifest, note: nil) }
        let name = manifest.key.shortDescription
        return .applyLast(copy, note: "\(name) keeps selecting variant \"\(value)\" until the traffic stage")
    }

    func weights(
        in object: Manifest,
        spec: PluginSpec,
        variant: (TrafficDestination) -> Variant?
    ) -> [Variant: Int]? {
        object[path: "spec", "selector"]?[spec.variantLabel.key]?.string.flatMap { variant(.value($0)) }
            .map { [$0: 100] }
    }

    private func backends(of service: Manifest, _ label: VariantLabel) -> [Variant: TrafficBackend] {
        let selector = service.object.selector(without: label.key)
        return Variant.allCases.reduce(into: [:]) { backends, variant in
            backends[variant] = TrafficBackend(
                service: service.name,
                namespace: service.namespace,
                podLabels: selector.merging([label.key: label.value(of: variant)]) { $1 }
            )
        }
    }

    /// The variant that gets everything.
    private func receiver(_ options: TrafficRoutingOptions) throws(RolloutError) -> Variant {
        let written = options.percentages
        let receiver = [Variant.primary, .canary].first { written[$0] == 100 }
        guard written.baseline <= 0, let receiver else { throw RolloutError(.notSwitchable(written)) }
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
            throw RolloutError(.selectorSelectsOther(key: label.key, wanted: label.primary, found: found), in: service)
        }
    }
}

extension TrafficRoutingSpec.Method {
    /// The selector of the Service is switched from one variant to another.
    public static let podSelector = Self(rawValue: "podselector")
}

extension TrafficRoutingSpec {
    /// The selector of the Service is switched from one variant to another; there is nothing to set.
    public static let podSelector = TrafficRoutingSpec(router: PodSelectorRouter())
}

extension RolloutError.Reason {
    /// The method moves all traffic at once, and not to a baseline.
    static func notSwitchable(_ shares: TrafficPercentages) -> Self {
        .traffic(
            "method podselector moves all traffic at once, to primary or canary; wanted \(shares.displayText); "
                + "write all: canary or all: primary, or use method istio or gatewayapi"
        )
    }

    /// The Service has no selector.
    static let serviceWithoutSelector = Self.traffic("the Service has no selector; traffic cannot be routed by it")

    /// The selector of the Service does not mention the variant.
    static func selectorLacksVariant(key: String) -> Self {
        .traffic("the selector of the Service lacks \(key); add it with the value of the primary")
    }

    /// The selector of the Service selects another variant.
    static func selectorSelectsOther(key: String, wanted: String, found: String) -> Self {
        .traffic(
            "the selector of the Service must have \(key): \(wanted), found \(found); in Git it selects the primary"
        )
    }
}
