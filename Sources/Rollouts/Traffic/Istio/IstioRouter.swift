import Manifests

/// Moves shares of the traffic, by the weights of an Istio VirtualService.
public struct IstioRouter: TrafficRouter, Sendable, Hashable {
    /// Names of the HTTP routes that may be changed; empty means all.
    public var editableRoutes: [String] = []
    /// The destination host; `nil` means the name of the Service.
    public var host: String?
    /// The VirtualService; `nil` means one that leads to the host, one named like the Service before others.
    public var virtualService: ResourceReference?

    /// The defaults.
    public init() {}

    static var method: TrafficRoutingSpec.Method { .istio }
    static var kinds: [GroupKind] { [.virtualService] }
    static var consulted: [GroupKind] { [.destinationRule] }

    /// The subset decides which pods receive, and that is the user's.
    var selectsPodsByLabel: Bool { false }

    func check(_ options: TrafficRoutingOptions, spec: PluginSpec) throws(RolloutError) {
        _ = try host(spec)
        if let kind = virtualService?.kind, kind != "VirtualService" {
            throw RolloutError(.notAVirtualService(kind: kind))
        }
    }

    /// The VirtualServices with the configured name; without one all of them, first those that lead to the host, those
    /// named like the Service before others.
    func candidates(in manifests: [Manifest], spec: PluginSpec) -> [Manifest] {
        let all = manifests.filter { $0.groupVersionKind.groupKind == .virtualService }
        if let name = virtualService?.name { return all.filter { $0.name == name } }
        let ordered = all.filter { $0.name == spec.service?.name } + all.filter { $0.name != spec.service?.name }
        guard let host = try? host(spec) else { return ordered }
        let leading = ordered.filter { $0.leads(to: host) }
        return leading + ordered.filter { !leading.contains($0) }
    }

    func lookups(for request: TrafficRequest) throws(RolloutError) -> [TrafficLookup] {
        guard let object = candidates(in: request.manifests, spec: request.spec).first else { return [] }
        return DestinationRules.lookups(for: ServiceHost(try host(request.spec), namespace: object.namespace))
    }

    func change(_ request: TrafficRequest, live: TrafficAnswers) throws(RolloutError) -> TrafficChange {
        let candidates = candidates(in: request.manifests, spec: request.spec)
        guard let original = candidates.first else { throw RolloutError(.noVirtualService(virtualService?.name)) }
        let host = ServiceHost(try host(request.spec), namespace: original.namespace)
        let edit = VirtualServiceEdit(original: original, host: host, request: request)
        var routes = RouteEdit("route", at: ["spec", "http"], editable: editableRoutes)
        guard var manifest = try routes.apply(to: original, edit.edited) else {
            guard routes.withoutShare.isEmpty else { throw RolloutError(.noShare(routes.withoutShare), in: original) }
            throw RolloutError(.noRoute(host: host.text, editable: editableRoutes), in: original)
        }
        manifest.setVariant(.primary, request.label)
        let shares = request.options.shares
        let weights = Variant.allCases.map { ($0, routes.receivers.contains($0) ? shares[$0] : 0) }
        let rules = DestinationRules(of: host, in: request.manifests, live)
        let notes = try rules.require(weights.filter { $0.1 > 0 }.map { request.label.value(of: $0.0) })
        let several = "\(candidates.count) VirtualServices found, taking \(original.key.shortDescription)"
        return TrafficChange(
            manifest: manifest,
            weights: weights,
            notes: (candidates.count > 1 ? [several] : []) + routes.notes + notes,
            backends: Variant.allCases.reduce(into: [:]) { backends, variant in
                let subset = rules.labels(of: request.label.value(of: variant))
                backends[variant] = host.backend(in: request.manifests, label: request.label, subset: subset)
            }
        )
    }

    /// The mesh decides behind the Service that the host names, by default the application's.
    func weighs(_ service: Manifest, spec: PluginSpec) -> Bool {
        (spec.service?.name ?? service.name) == service.name
    }

    private func host(_ spec: PluginSpec) throws(RolloutError) -> String {
        guard let host = host ?? spec.service?.name, !host.isEmpty else { throw RolloutError(.noHost) }
        return host
    }
}

extension IstioRouter {
    init(_ fields: ConfigurationFields) {
        self.init()
        editableRoutes = fields.strings("editableRoutes")
        host = fields.string("host")
        virtualService = fields.node("virtualService").map { _ in ResourceReference(fields.fields("virtualService")) }
        if let kind = virtualService?.kind, kind != "VirtualService" {
            fields.problem("virtualService.kind", "must be \"VirtualService\", found \"\(kind)\"")
        }
        fields.finish()
    }

    static var schemaKeys: SchemaKeys {
        [
            "editableRoutes": .strings("Names of the HTTP routes that may be changed; all by default."),
            "host": .string("The destination host; the name of the Service by default."),
            "virtualService": .block(
                "The VirtualService; by default one that leads to the host, one named like the Service before others.",
                ["kind": .word("The kind.", ["VirtualService"]), "name": .string("The name.")]
            ),
        ]
    }
}

extension IstioRouter {
    /// Whether a route of a VirtualService gives a weight to the subset, or to a Service, of the variant.
    static func sends(_ object: Value, to receiver: TrafficReceiver) -> Bool {
        let entries = ["http", "tcp", "tls"].flatMap { object[path: "spec", $0]?.array ?? [] }
        return entries.contains { weighted($0).contains { leads($0, to: receiver) } }
    }

    /// Only destinations of the host in editable HTTP routes are changed.
    func mayTake(from receiver: TrafficReceiver, in object: Value, spec: PluginSpec) -> Bool {
        let metadata = object["metadata"]
        guard let text = try? host(spec), (virtualService?.name).map({ metadata?["name"]?.string == $0 }) != false
        else { return false }
        let namespace = metadata?["namespace"]?.string
        let host = ServiceHost(text, namespace: namespace)
        return (object[path: "spec", "http"]?.array ?? []).contains { entry in
            entry.isEditable(editableRoutes)
                && Self.weighted(entry).contains { destination in
                    destination["subset"]?.string == receiver.value
                        && destination["host"]?.string.map { host.matches($0, from: namespace) } == true
                }
        }
    }

    func weights(
        in object: Manifest,
        spec: PluginSpec,
        variant: (TrafficDestination) -> Variant?
    ) -> [Variant: Int]? {
        guard let text = try? host(spec) else { return nil }
        let host = ServiceHost(text, namespace: object.namespace)
        for entry in object[path: "spec", "http"]?.array ?? [] where entry.isEditable(editableRoutes) {
            let list = entry["route"]?.array ?? []
            let own = list.filter { route in
                route[path: "destination", "host"]?.string.map { host.matches($0, from: object.namespace) } == true
            }
            let weights = own.reduce(into: [Variant: Int]()) { weights, route in
                let subset = route[path: "destination", "subset"]?.string
                guard let variant = variant(subset.map { .value($0) } ?? .unnamed) else { return }
                weights[variant] = route["weight"]?.int ?? (list.count == 1 ? 100 : 0)
            }
            if !weights.isEmpty { return weights }
        }
        return nil
    }

    /// The destinations of a route that get traffic.
    private static func weighted(_ entry: Value) -> [Value] {
        let list = entry["route"]?.array ?? []
        return list.filter { ($0["weight"]?.int ?? (list.count == 1 ? 100 : 0)) > 0 }.compactMap { $0["destination"] }
    }

    private static func leads(_ destination: Value, to receiver: TrafficReceiver) -> Bool {
        if destination["subset"]?.string == receiver.value { return true }
        let name = destination["host"]?.string?.split(separator: ".").first.map(String.init)
        return name.map(receiver.services.contains) == true
    }
}

extension Manifest {
    /// Whether an HTTP route of a VirtualService has the host as a destination.
    fileprivate func leads(to host: String) -> Bool {
        let host = ServiceHost(host, namespace: namespace)
        return (self[path: "spec", "http"]?.array ?? []).contains { entry in
            (entry["route"]?.array ?? []).contains { destination in
                destination[path: "destination", "host"]?.string.map { host.matches($0, from: namespace) } == true
            }
        }
    }
}

extension GroupKind {
    /// Istio's VirtualService, in any version.
    static let virtualService = GroupKind(group: "networking.istio.io", kind: "VirtualService")
    /// Istio's DestinationRule, in any version.
    static let destinationRule = GroupKind(group: "networking.istio.io", kind: "DestinationRule")
}

extension TrafficRoutingSpec.Method {
    /// The weights of an Istio VirtualService are changed.
    public static let istio = Self(rawValue: "istio")
}

extension TrafficRoutingSpec {
    /// The weights of an Istio VirtualService are changed.
    public static func istio(_ settings: IstioRouter = IstioRouter()) -> TrafficRoutingSpec {
        TrafficRoutingSpec(router: settings)
    }

    /// The settings, when traffic is moved by Istio.
    public var istio: IstioRouter? { router as? IstioRouter }
}
