public import Manifests

/// Decides how TRAFFIC_ROUTING moves traffic, and what other stages must do so that it stays where it is.
///
/// To see one way to move traffic, go on with the folder of its name.
public enum TrafficRouting {
    /// The ways to move traffic; the first one is taken when none is configured.
    static let routers: [any TrafficRouter.Type] = [
        PodSelectorRouter.self,
        IstioRouter.self,
        GatewayAPIRouter.self,
    ]

    /// The kinds of objects in which traffic may be directed, whatever the method of the application is.
    public static var kinds: [GroupKind] { unique(routers.flatMap { $0.kinds }) }

    /// The kinds of objects in which the method of an application directs traffic.
    public static func kinds(of spec: PluginSpec) -> [GroupKind] { type(of: spec.router).kinds }

    /// The kinds of objects in Git that a change depends on.
    public static func consultedKinds(of spec: PluginSpec) -> [GroupKind] {
        unique(kinds(of: spec) + type(of: spec.router).consulted + [GroupKind(kind: "Service")])
    }

    /// Refuses shares that the method cannot bring about, without looking at manifests or clusters.
    public static func check(_ options: TrafficRoutingOptions, spec: PluginSpec) throws(RolloutError) {
        try spec.router.check(options, spec: spec)
    }

    /// What must be known of the cluster for a change.
    ///
    /// - Throws: `RolloutError` when the request can be seen to be impossible.
    public static func lookups(for request: TrafficRequest) throws(RolloutError) -> [TrafficLookup] {
        try unique(checked(request).spec.router.lookups(for: request))
    }

    /// The one object to apply, made of the version in Git, so that doing it twice is doing it once.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - live: What the cluster has, as far as it is known.
    /// - Returns: What to apply, and who receives traffic then.
    /// - Throws: `RolloutError` when the shares, an object or its content do not allow it.
    public static func change(_ request: TrafficRequest, live: TrafficAnswers = [:]) throws(RolloutError)
        -> TrafficChange
    {
        try checked(request).spec.router.change(request, live: live)
    }

    /// The object that TRAFFIC_ROUTING changes; `nil` when there is none.
    public static func object(in manifests: [Manifest], spec: PluginSpec) -> Manifest? {
        spec.router.candidates(in: manifests, spec: spec).first
    }

    /// What PRIMARY_ROLLOUT applies while the pipeline moves traffic, so that traffic stays as it is.
    ///
    /// - Parameters:
    ///   - manifests: What it is about to apply.
    ///   - live: The object that TRAFFIC_ROUTING changes, as the cluster has it.
    ///   - spec: The application's settings.
    /// - Returns: The same manifests, one of which may be changed or left out.
    public static func keep(
        in manifests: [Manifest],
        live: LiveTrafficObject,
        spec: PluginSpec
    ) -> KeptTraffic {
        guard let object = object(in: manifests, spec: spec) else { return KeptTraffic(manifests: manifests) }
        let treatment = spec.router.keep(object, live: live, label: spec.variantLabel)
        return KeptTraffic(manifests, object: object.key, treatment)
    }

    /// Whether weights decide which of the pods behind a Service in Git get traffic.
    ///
    /// Otherwise all pods that it selects do, a new variant's, too.
    public static func weighs(_ service: Manifest, spec: PluginSpec) -> Bool {
        spec.router.weighs(service, spec: spec)
    }

    /// How a live object sends traffic to a variant, if it does.
    ///
    /// - Parameters:
    ///   - object: The live object.
    ///   - kind: Its kind.
    ///   - receiver: The variant.
    ///   - spec: The application's settings, which say what a traffic stage may change.
    /// - Returns: Whether a traffic stage may take the traffic away again; `nil` when there is none.
    public static func way(
        through object: Value,
        ofKind kind: GroupKind,
        to receiver: TrafficReceiver,
        spec: PluginSpec
    ) -> TrafficWay? {
        let mayTake = kinds(of: spec).contains(kind) && spec.router.mayTake(from: receiver, in: object, spec: spec)
        if mayTake { return .routed }
        return routers.contains { $0.kinds.contains(kind) && $0.sends(object, to: receiver) } ? .fixed : nil
    }

    private static func checked(_ request: TrafficRequest) throws(RolloutError) -> TrafficRequest {
        try check(request.options, spec: request.spec)
        guard !request.manifests.isEmpty else { throw RolloutError(.noManifests) }
        return request
    }

    private static func unique<T: Hashable>(_ values: [T]) -> [T] {
        var seen: Set<T> = []
        return values.filter { seen.insert($0).inserted }
    }
}

extension PluginSpec {
    /// The way to move traffic, with its settings.
    var router: any TrafficRouter { (trafficRouting ?? TrafficRoutingSpec()).router }
}
