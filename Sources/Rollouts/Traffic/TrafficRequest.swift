public import Manifests

/// What TRAFFIC_ROUTING is asked for.
public struct TrafficRequest: Sendable {
    /// The objects of the application, with their ownership marks.
    public let manifests: [Manifest]
    /// The application's settings.
    public let spec: PluginSpec
    /// The options of the stage.
    public let options: TrafficRoutingOptions
    /// The stages of the deployment.
    public let pipeline: [PipelineStage]

    /// A request.
    public init(
        _ manifests: [Manifest],
        spec: PluginSpec,
        options: TrafficRoutingOptions,
        pipeline: [PipelineStage] = []
    ) {
        self.manifests = manifests
        self.spec = spec
        self.options = options
        self.pipeline = pipeline
    }

    /// What tells the variants apart.
    var label: VariantLabel { spec.variantLabel }

    /// The variants that are to receive traffic.
    var receivers: [Variant] { Variant.allCases.filter { options.shares[$0] > 0 } }
}

/// A question to the cluster: the objects of a kind in a namespace, or the one with a name.
public struct TrafficLookup: Sendable, Hashable {
    /// The kind of the objects.
    public let kind: GroupKind
    /// Their namespace, `nil` when none is written.
    public let namespace: String?
    /// The name of the object, `nil` for all.
    public let name: String?

    /// A question.
    public init(kind: GroupKind, namespace: String?, name: String? = nil) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }
}

/// The objects that lookups found; a lookup that is not in it could not be answered.
public typealias TrafficAnswers = [TrafficLookup: [Value]]

/// How an object sends traffic to a variant.
public enum TrafficWay: Sendable {
    /// Where a traffic stage may take it away again.
    case routed
    /// Where no traffic stage changes anything: Git says so.
    case fixed
}

/// A variant as objects that direct traffic may name it.
public struct TrafficReceiver: Sendable {
    /// The value of the variant's label, which is the name of its subset, too.
    public let value: String
    /// The key of the label.
    public let key: String
    /// The names of the Services that lead to the variant alone.
    public let services: Set<String>
    /// Whether it is the one that users normally reach.
    let isPrimary: Bool

    /// A variant.
    ///
    /// - Parameters:
    ///   - variant: The variant.
    ///   - services: The names of the live Services of the variant.
    ///   - spec: The application's settings, which may name more of them.
    ///   - pipeline: The stages of the deployment.
    public init(_ variant: Variant, services: [String], spec: PluginSpec, pipeline: [PipelineStage]) {
        value = spec.variantLabel.value(of: variant)
        key = spec.variantLabel.key
        isPrimary = variant == .primary
        self.services = Set(services + spec.router.services(of: variant, spec: spec, pipeline: pipeline))
    }
}
