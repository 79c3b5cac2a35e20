/// The part of the application file that belongs to the plugin: `spec.plugins.<name>`.
///
/// Every field has a default, so an absent block is a valid one.
public struct PluginSpec: Sendable, Hashable {
    /// Where manifests come from.
    public var input = InputSpec()
    /// The options of a sync stage that has none of its own, as in a quick sync.
    public var quickSync = StageOptions(.sync(SyncOptions()))
    /// The workloads to make variants of; empty means every Deployment.
    public var workloads: [ResourceReference] = []
    /// The Service in front of the workloads.
    public var service: ResourceReference?
    /// What tells the variants apart.
    public var variantLabel = VariantLabel()
    /// How traffic moves; `nil` means by pod selector.
    public var trafficRouting: TrafficRoutingSpec?
    /// How rollout stages wait.
    public var readiness = ReadinessPolicy()
    /// What a failing cluster means for others.
    public var failurePolicy = FailurePolicy.continueOthers
    /// How much happens at once.
    public var concurrency = Concurrency()
    /// The share of the live objects, in percent, that a prune may remove at most.
    public var maxPrunePercent = 50
    /// Kinds that a prune never touches unless they are here, because what is in them goes with them.
    public var allowPruning: Set<GuardedKind> = []
    /// Which form of the config hash the pods of the primary get; a copy has no pods yet that could restart.
    public var configHashVersion = ConfigHash.Version.compatible

    /// The defaults.
    public init() {}

    /// The options of quick sync that only a sync has.
    public var quickSyncOptions: SyncOptions {
        guard case .sync(let options) = quickSync.details else { return SyncOptions() }
        return options
    }
}

/// A reference to objects by kind and name; what is `nil` matches all.
public struct ResourceReference: Sendable, Hashable {
    /// The kind.
    public var kind: String?
    /// The name.
    public var name: String?

    /// A reference.
    public init(kind: String? = nil, name: String? = nil) {
        self.kind = kind
        self.name = name
    }
}
