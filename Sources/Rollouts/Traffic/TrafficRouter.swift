import Manifests

/// One way to move traffic between variants, with its settings.
///
/// Everything that is known about a way stands in a folder of its own beside this file. A new way is such a folder and
/// one line in `TrafficRouting.routers`.
protocol TrafficRouter: Sendable, Hashable {
    /// The word for it in `trafficRouting.method`, and the name of the block with its settings.
    static var method: TrafficRoutingSpec.Method { get }

    /// The kinds of objects in which it directs traffic.
    static var kinds: [GroupKind] { get }

    /// The kinds of objects in Git that it looks at besides those.
    static var consulted: [GroupKind] { get }

    /// Whether a live object of these kinds sends traffic to a variant, in whatever way.
    static func sends(_ object: Value, to receiver: TrafficReceiver) -> Bool

    /// Whether a live object sends traffic to a variant in a place that the way may change.
    func mayTake(from receiver: TrafficReceiver, in object: Value, spec: PluginSpec) -> Bool

    /// Reads the block with its settings.
    init(_ fields: ConfigurationFields)

    /// The keys of that block, for the schema of the application file.
    static var schemaKeys: SchemaKeys { get }

    /// Whether the primary receives traffic only if its pods carry the label of the variant.
    var selectsPodsByLabel: Bool { get }

    /// The Service in Git that selects the pods of the primary by that label, as far as it is known.
    func primaryService(in manifests: [Manifest], spec: PluginSpec) -> Manifest?

    /// Refuses shares that the way cannot bring about, before any manifest is read.
    func check(_ options: TrafficRoutingOptions, spec: PluginSpec) throws(RolloutError)

    /// The objects that could be changed, the one to change first.
    func candidates(in manifests: [Manifest], spec: PluginSpec) -> [Manifest]

    /// What must be known of the cluster for the change.
    func lookups(for request: TrafficRequest) throws(RolloutError) -> [TrafficLookup]

    /// The change that brings the shares about, starting from what Git says.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - live: The answers to the lookups; one that is missing could not be answered.
    /// - Returns: What to apply, and who receives traffic then.
    /// - Throws: `RolloutError` when an object or its content does not allow it.
    func change(_ request: TrafficRequest, live: TrafficAnswers) throws(RolloutError) -> TrafficChange

    /// What PRIMARY_ROLLOUT does with the object that would be changed, so that traffic stays as it is.
    func keep(_ manifest: Manifest, live: LiveTrafficObject, label: VariantLabel) -> KeptTraffic.Treatment

    /// How a live object divides traffic: the weight of each variant in the first place that the way may change.
    ///
    /// - Parameters:
    ///   - object: The live object, one of the candidates.
    ///   - spec: The application's settings.
    ///   - variant: The variant that a destination leads to, `nil` when it leads elsewhere.
    /// - Returns: `nil` when it says nothing about variants.
    func weights(
        in object: Manifest,
        spec: PluginSpec,
        variant: (TrafficDestination) -> Variant?
    ) -> [Variant: Int]?

    /// Whether weights decide which of the pods behind a Service in Git get traffic.
    func weighs(_ service: Manifest, spec: PluginSpec) -> Bool

    /// The Services that lead to a variant, by the settings.
    func services(of variant: Variant, spec: PluginSpec, pipeline: [PipelineStage]) -> [String]
}

extension TrafficRouter {
    static var consulted: [GroupKind] { [] }

    func primaryService(in manifests: [Manifest], spec: PluginSpec) -> Manifest? { nil }

    func lookups(for request: TrafficRequest) throws(RolloutError) -> [TrafficLookup] { [] }

    /// Leaves the object alone unless the cluster does not have it yet.
    func keep(_ manifest: Manifest, live: LiveTrafficObject, label: VariantLabel) -> KeptTraffic.Treatment {
        guard live != .missing else { return .apply(manifest, note: nil) }
        return .leave(note: "\(manifest.key.shortDescription) is left to the traffic stage")
    }

    func weighs(_ service: Manifest, spec: PluginSpec) -> Bool { false }

    func services(of variant: Variant, spec: PluginSpec, pipeline: [PipelineStage]) -> [String] { [] }
}
