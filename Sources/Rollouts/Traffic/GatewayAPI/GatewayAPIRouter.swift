import Manifests

/// Moves shares of the traffic, by the weights of the backends of an HTTPRoute or GRPCRoute of the Gateway API.
///
/// Each variant has a Service of its own, which is a backend: the canary's is made by CANARY_ROLLOUT with
/// `createService: true`.
public struct GatewayAPIRouter: TrafficRouter, Sendable, Hashable {
    /// The route; without a name the first that leads to the primary, one named like the Service before others.
    public var route = ResourceReference()
    /// Names of the rules of the route that may be changed; empty means all.
    public var editableRoutes: [String] = []
    /// The Service of the primary; `nil` means that of the application.
    public var primaryService: String?
    /// The Service of the canary; `nil` means the name that CANARY_ROLLOUT gives it.
    public var canaryService: String?
    /// The Service of the baseline; `nil` means the name that BASELINE_ROLLOUT gives it.
    public var baselineService: String?

    /// The defaults.
    public init() {}

    static var method: TrafficRoutingSpec.Method { .gatewayAPI }
    static var kinds: [GroupKind] { [.httpRoute, .grpcRoute] }

    /// The Service of the primary selects its pods by the label, or the pods of other variants would be behind it, too.
    var selectsPodsByLabel: Bool { true }

    func check(_ options: TrafficRoutingOptions, spec: PluginSpec) throws(RolloutError) {
        guard primaryService ?? spec.service?.name != nil else { throw RolloutError(.noPrimaryService) }
        if let kind = route.kind, !Self.kinds.contains(where: { $0.kind == kind }) {
            throw RolloutError(.notARoute(kind: kind))
        }
    }

    /// The routes that the reference means: first those that lead to the primary, those named like the Service before
    /// others.
    func candidates(in manifests: [Manifest], spec: PluginSpec) -> [Manifest] {
        let all = manifests.filter { manifest in
            Self.kinds.contains(manifest.groupVersionKind.groupKind)
                && (route.kind == nil || manifest.kind == route.kind)
                && (route.name == nil || manifest.name == route.name)
        }
        let primary = serviceName(of: .primary, spec: spec, pipeline: [])
        let ordered = all.filter { $0.name == spec.service?.name } + all.filter { $0.name != spec.service?.name }
        let leading = ordered.filter { $0.leads(to: primary) }
        return leading + ordered.filter { !leading.contains($0) }
    }

    func lookups(for request: TrafficRequest) throws(RolloutError) -> [TrafficLookup] {
        guard let route = candidates(in: request.manifests, spec: request.spec).first else { return [] }
        return VariantServices(self, request, namespace: route.namespace).lookups
    }

    func change(_ request: TrafficRequest, live: TrafficAnswers) throws(RolloutError) -> TrafficChange {
        let candidates = candidates(in: request.manifests, spec: request.spec)
        guard let original = candidates.first else { throw RolloutError(.noGatewayRoute(route)) }
        let services = VariantServices(self, request, namespace: original.namespace)
        try services.requireDifferent()
        let edit = BackendRefsEdit(original: original, services: services, shares: request.options.shares)
        var rules = RouteEdit("rule", at: ["spec", "rules"], editable: editableRoutes)
        guard var manifest = try rules.apply(to: original, edit.edited) else {
            guard rules.withoutShare.isEmpty else { throw RolloutError(.noShare(rules.withoutShare), in: original) }
            throw RolloutError(.noRule(services.text, editable: editableRoutes), in: original)
        }
        manifest.setVariant(.primary, request.label)
        let shares = request.options.shares
        let several = "\(candidates.count) routes found, taking \(original.key.shortDescription)"
        return TrafficChange(
            manifest: manifest,
            weights: Variant.allCases.map { ($0, rules.receivers.contains($0) ? shares[$0] : 0) },
            notes: (candidates.count > 1 ? [several] : []) + rules.notes,
            backends: try services.backends(of: rules.receivers, live: live, route: original)
        )
    }

    func primaryService(in manifests: [Manifest], spec: PluginSpec) -> Manifest? {
        let name = serviceName(of: .primary, spec: spec, pipeline: [])
        return manifests.first { $0.isService && $0.name == name }
    }

    func services(of variant: Variant, spec: PluginSpec, pipeline: [PipelineStage]) -> [String] {
        [serviceName(of: variant, spec: spec, pipeline: pipeline)].compactMap { $0 }
    }

    /// The Service of a variant; `nil` when neither it nor the application's is configured.
    func serviceName(of variant: Variant, spec: PluginSpec, pipeline: [PipelineStage]) -> String? {
        if let name = configuredName(of: variant) { return name }
        guard let base = spec.service?.name ?? primaryService, variant != .primary else { return spec.service?.name }
        return "\(base)-\(pipeline.rollouts(of: variant).first?.suffix ?? spec.variantLabel.value(of: variant))"
    }

    /// The Service of a variant that the settings name.
    func configuredName(of variant: Variant) -> String? {
        switch variant {
        case .primary: primaryService
        case .canary: canaryService
        case .baseline: baselineService
        }
    }
}

extension GatewayAPIRouter {
    /// Whether a rule of a route gives a weight to a Service of the variant; a backend without a weight has 1.
    static func sends(_ object: Value, to receiver: TrafficReceiver) -> Bool {
        (object[path: "spec", "rules"]?.array ?? []).contains { sends($0, receiver) }
    }

    /// Only backends in editable rules of the route are changed.
    func mayTake(from receiver: TrafficReceiver, in object: Value, spec: PluginSpec) -> Bool {
        let name = object[path: "metadata", "name"]?.string
        guard (route.kind ?? object["kind"]?.string) == object["kind"]?.string, (route.name ?? name) == name
        else { return false }
        return (object[path: "spec", "rules"]?.array ?? []).contains { rule in
            rule.isEditable(editableRoutes) && Self.sends(rule, receiver)
        }
    }

    func weights(
        in object: Manifest,
        spec: PluginSpec,
        variant: (TrafficDestination) -> Variant?
    ) -> [Variant: Int]? {
        for rule in object[path: "spec", "rules"]?.array ?? [] where rule.isEditable(editableRoutes) {
            let backends = (rule["backendRefs"]?.array ?? []).filter(\.isServiceReference)
            let weights = backends.reduce(into: [Variant: Int]()) { weights, backend in
                guard let variant = backend["name"]?.string.flatMap({ variant(.service($0)) }) else { return }
                weights[variant] = backend["weight"]?.int ?? 1
            }
            if !weights.isEmpty { return weights }
        }
        return nil
    }

    private static func sends(_ rule: Value, _ receiver: TrafficReceiver) -> Bool {
        (rule["backendRefs"]?.array ?? []).contains { backend in
            backend["weight"]?.int != 0 && backend.isServiceReference
                && receiver.services.contains(backend["name"]?.string ?? "")
        }
    }
}

extension Manifest {
    /// Whether a rule of the route has a Service as a backend.
    fileprivate func leads(to service: String?) -> Bool {
        (self[path: "spec", "rules"]?.array ?? []).contains { rule in
            (rule["backendRefs"]?.array ?? []).contains { $0.isServiceReference && $0["name"]?.string == service }
        }
    }
}

extension [PipelineStage] {
    /// The options of the stages that make copies for a variant.
    func rollouts(of variant: Variant) -> [VariantRolloutOptions] {
        compactMap { stage in
            switch (variant, stage.options?.details) {
            case (.canary, .canaryRollout(let options)), (.baseline, .baselineRollout(let options)): options
            default: nil
            }
        }
    }
}
