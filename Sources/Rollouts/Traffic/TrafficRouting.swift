public import Manifests

/// Decides how TRAFFIC_ROUTING moves traffic.
public enum TrafficRouting {
    /// Refuses shares that the method cannot bring about, without looking at manifests or clusters.
    public static func check(_ options: TrafficRoutingOptions, spec: PluginSpec) throws(RolloutError) {
        try router(for: spec).check(options, spec: spec)
    }

    /// The one object to apply, made of the version in Git, so that doing it twice is doing it once.
    ///
    /// - Parameters:
    ///   - loaded: The objects of the application, with their ownership marks.
    ///   - spec: The application's settings.
    ///   - options: The options of the stage.
    /// - Returns: What to apply, and who receives traffic then.
    /// - Throws: `RolloutError` when the shares, the object or its content do not allow it.
    public static func change(
        from loaded: [Manifest],
        spec: PluginSpec,
        options: TrafficRoutingOptions
    ) throws(RolloutError) -> TrafficChange {
        let router = router(for: spec)
        try router.check(options, spec: spec)
        guard !loaded.isEmpty else { throw RolloutError(.noManifests) }
        return try router.change(from: loaded, spec: spec, options: options)
    }

    static func router(for spec: PluginSpec) -> any TrafficRouter {
        switch spec.trafficMethod {
        case .podSelector: PodSelectorRouter()
        case .istio: IstioRouter()
        }
    }
}

/// What TRAFFIC_ROUTING applies, and what it means.
public struct TrafficChange: Sendable {
    /// The object to apply, marked as primary.
    public let manifest: Manifest
    /// The share of each variant in percent; a variant above zero receives traffic.
    public let weights: [(Variant, Int)]
    /// What was chosen, changed and left alone, one line each.
    public let notes: [String]
    /// The pods that receive the traffic.
    public let backend: TrafficBackend

    /// The variants that receive traffic.
    public var receivers: [Variant] { weights.filter { $0.1 > 0 }.map(\.0) }

    /// The labels of the pods of a variant that the traffic reaches, as far as they are known.
    public func podLabels(of variant: Variant, _ label: VariantLabel) -> [String: String] {
        (backend.selector ?? [:]).merging([label.key: label.value(of: variant)]) { $1 }
    }
}

/// The Service behind which the pods of all variants stand.
public struct TrafficBackend: Sendable, Hashable {
    /// The name of the Service.
    public let service: String
    /// The namespace of the Service, `nil` when none is written.
    public let namespace: String?
    /// What the Service selects apart from the variant; `nil` when the Service is not among the manifests.
    public let selector: [String: String]?

    /// A Service; the selector is taken from it.
    init(_ service: Manifest, label: VariantLabel) {
        self.init(name: service.name, namespace: service.namespace, service: service, label: label)
    }

    /// A Service by its name, with the manifest when there is one.
    init(name: String, namespace: String?, service: Manifest?, label: VariantLabel) {
        self.service = name
        self.namespace = namespace
        selector = service.map { service in
            let fields = service[path: "spec", "selector"]?.mapping ?? Mapping()
            return fields.reduce(into: [:]) { labels, member in
                if member.key != label.key { labels[member.key] = member.value.string }
            }
        }
    }
}
