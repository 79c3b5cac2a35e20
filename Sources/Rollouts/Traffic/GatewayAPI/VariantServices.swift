import Manifests

/// The Services of the variants, which are the backends of a route.
struct VariantServices {
    private let names: [Variant: String]
    private let router: GatewayAPIRouter
    private let request: TrafficRequest
    /// The namespace of the route, in which the Services are, too.
    private let namespace: String?

    init(_ router: GatewayAPIRouter, _ request: TrafficRequest, namespace: String?) {
        self.router = router
        self.request = request
        self.namespace = namespace
        names = Variant.allCases.reduce(into: [:]) {
            $0[$1] = router.serviceName(of: $1, spec: request.spec, pipeline: request.pipeline)
        }
    }

    /// The name of the Service of a variant.
    func name(of variant: Variant) -> String { names[variant] ?? "" }

    /// All names, for texts.
    var text: String { Variant.allCases.map { "\"\(name(of: $0))\"" }.joined(separator: ", ") }

    /// The variant that a backend of a rule leads to, `nil` when it leads elsewhere.
    ///
    /// As long as the namespace of the route is not known, the one that a backend names may be it, unless the rule has the
    /// same Service without one.
    func variant(of backend: Value, in rule: [Value]) -> Variant? {
        guard backend.isServiceReference, let name = backend["name"]?.string else { return nil }
        if let place = backend["namespace"]?.string, place != namespace {
            guard namespace == nil else { return nil }
            guard !rule.contains(where: { $0["name"]?.string == name && $0["namespace"] == nil }) else { return nil }
        }
        return Variant.allCases.first { names[$0] == name }
    }

    func requireDifferent() throws(RolloutError) {
        guard Set(names.values).count == Variant.allCases.count else { throw RolloutError(.sameService(text)) }
    }

    /// The Services that must be known of the cluster: those of receivers that are not in Git.
    var lookups: [TrafficLookup] { request.receivers.filter { inGit($0) == nil }.map(lookup) }

    /// The backends of variants, after looking whether each leads to the pods of its variant alone.
    ///
    /// - Throws: `RolloutError` when a Service is not there, or selects others.
    func backends(
        of variants: Set<Variant>,
        live: TrafficAnswers,
        route: Manifest
    ) throws(RolloutError) -> [Variant: TrafficBackend] {
        var backends: [Variant: TrafficBackend] = [:]
        for variant in Variant.allCases where variants.contains(variant) {
            let found = inGit(variant).map { [$0.object] } ?? live[lookup(variant)] ?? (mayBeThere(variant) ? nil : [])
            let value = request.label.value(of: variant)
            var labels = [request.label.key: value]
            if let found {
                guard let service = found.first else {
                    throw RolloutError(.missingVariantService(name(of: variant), variant), in: route)
                }
                guard service[path: "spec", "selector"]?[request.label.key]?.string == value else {
                    let selector = "\(request.label.key): \(value)"
                    let reason = RolloutError.Reason.selectsOthers(name(of: variant), variant, selector: selector)
                    throw RolloutError(reason, in: route)
                }
                labels.merge(service.selector(without: request.label.key)) { first, _ in first }
            }
            backends[variant] = TrafficBackend(service: name(of: variant), namespace: namespace, podLabels: labels)
        }
        return backends
    }

    /// The Service of the primary as Git has it; those of the other variants are made by stages.
    private func inGit(_ variant: Variant) -> Manifest? {
        guard variant == .primary else { return nil }
        return request.manifests.first { service in
            service.isService && service.name == name(of: variant) && (service.namespace ?? namespace) == namespace
        }
    }

    /// Whether the Service of a variant may be there, as far as that can be said without a cluster.
    private func mayBeThere(_ variant: Variant) -> Bool {
        let rollouts = request.pipeline.rollouts(of: variant)
        return router.configuredName(of: variant) != nil || rollouts.isEmpty
            || rollouts.contains(where: \.createService)
            || request.manifests.contains { $0.isService && $0.name == name(of: variant) }
    }

    private func lookup(_ variant: Variant) -> TrafficLookup {
        TrafficLookup(kind: GroupKind(kind: "Service"), namespace: namespace, name: name(of: variant))
    }
}

extension Value {
    /// Whether a reference to a backend means a Service, which it does when it does not say otherwise.
    var isServiceReference: Bool {
        (self["kind"]?.string ?? "Service") == "Service" && (self["group"]?.string ?? "").isEmpty
    }
}
