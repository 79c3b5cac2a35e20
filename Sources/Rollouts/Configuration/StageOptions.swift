/// The options of one stage, as its `with` gives them.
public struct StageOptions: Sendable, Hashable {
    /// What only stages of one kind have.
    public enum Details: Sendable, Hashable {
        case sync(SyncOptions)
        case primaryRollout(PrimaryRolloutOptions)
        case canaryRollout(VariantRolloutOptions)
        case canaryClean
        case baselineRollout(VariantRolloutOptions)
        case baselineClean
        case trafficRouting(TrafficRoutingOptions)
        case rollback
    }

    /// What only stages of this kind have.
    public var details: Details
    /// The deploy targets to run on (`multiTargets`); empty means all.
    public var targets: [TargetSelector]
    /// The stage's own rule for readiness, complete; `nil` means the application's.
    public var readiness: ReadinessPolicy?
    /// The stage's own failure policy; `nil` means the application's.
    public var failurePolicy: FailurePolicy?

    /// Options of a stage.
    public init(
        _ details: Details,
        targets: [TargetSelector] = [],
        readiness: ReadinessPolicy? = nil,
        failurePolicy: FailurePolicy? = nil
    ) {
        self.details = details
        self.targets = targets
        self.readiness = readiness
        self.failurePolicy = failurePolicy
    }

    /// The kind of stage that these options are for.
    public var kind: StageKind {
        switch details {
        case .sync: .sync
        case .primaryRollout: .primaryRollout
        case .canaryRollout: .canaryRollout
        case .canaryClean: .canaryClean
        case .baselineRollout: .baselineRollout
        case .baselineClean: .baselineClean
        case .trafficRouting: .trafficRouting
        case .rollback: .rollback
        }
    }

    /// What the stage shows before it runs, such as the traffic that it brings about; `nil` when nothing.
    public var displayText: String? {
        guard case .trafficRouting(let options) = details else { return nil }
        return options.shares.displayText
    }
}

/// Options of a sync stage, and of quick sync.
public struct SyncOptions: Sendable, Hashable {
    /// Whether the selected workloads get the primary variant in their selector and pod labels.
    public var addVariantLabelToSelector: Bool
    /// Whether objects that are no longer in Git are removed.
    public var prune: Bool

    /// Options; without arguments everything is off.
    public init(addVariantLabelToSelector: Bool = false, prune: Bool = false) {
        self.addVariantLabelToSelector = addVariantLabelToSelector
        self.prune = prune
    }
}

/// Options of a primary rollout.
public struct PrimaryRolloutOptions: Sendable, Hashable {
    /// What the name of the generated Service ends with; workloads are never renamed.
    public var suffix: String
    /// Whether a Service for the primary variant alone is made.
    public var createService: Bool
    /// Whether the selected workloads get the primary variant in their selector and pod labels.
    public var addVariantLabelToSelector: Bool
    /// Whether primary objects that are no longer in Git are removed.
    public var prune: Bool

    /// Options; without arguments the suffix is `primary` and everything is off.
    public init(
        suffix: String = "primary",
        createService: Bool = false,
        addVariantLabelToSelector: Bool = false,
        prune: Bool = false
    ) {
        self.suffix = suffix
        self.createService = createService
        self.addVariantLabelToSelector = addVariantLabelToSelector
        self.prune = prune
    }
}

/// Options of a canary or baseline rollout.
public struct VariantRolloutOptions: Sendable, Hashable {
    /// How many pods; `nil` means one.
    public var replicas: Replicas?
    /// What the names of the copies end with.
    public var suffix: String
    /// Whether a Service for the variant alone is made.
    public var createService: Bool
    /// Changes to the manifests before they are copied; a baseline has none.
    public var patches: [ManifestPatch]

    /// Options of a rollout.
    public init(
        replicas: Replicas? = nil,
        suffix: String,
        createService: Bool = false,
        patches: [ManifestPatch] = []
    ) {
        self.replicas = replicas
        self.suffix = suffix
        self.createService = createService
        self.patches = patches
    }
}

/// Options of a traffic routing stage.
public struct TrafficRoutingOptions: Sendable, Hashable {
    /// The shares as written, 0 where nothing is written.
    public var percentages: TrafficPercentages
    /// Whether the share of the primary is written; if not, it is what the others leave.
    public var isPrimaryWritten: Bool

    /// Options with the share of every variant, or with that of the primary left open.
    public init(primary: Int? = nil, canary: Int = 0, baseline: Int = 0) {
        percentages = TrafficPercentages(primary: primary ?? 0, canary: canary, baseline: baseline)
        isPrimaryWritten = primary != nil
    }

    /// The shares that the stage brings about: they add up to 100.
    ///
    /// `{canary: 30}` gives 70, 30 and 0; nothing at all gives everything to the primary.
    public var shares: TrafficPercentages {
        guard !isPrimaryWritten else { return percentages }
        var shares = percentages
        shares.primary = max(0, 100 - shares.canary - shares.baseline)
        return shares
    }
}

/// The share of each variant in the traffic, in percent.
public struct TrafficPercentages: Sendable, Hashable {
    /// The share of the primary.
    public var primary: Int
    /// The share of the canary.
    public var canary: Int
    /// The share of the baseline.
    public var baseline: Int

    /// Three shares.
    public init(primary: Int, canary: Int, baseline: Int) {
        self.primary = primary
        self.canary = canary
        self.baseline = baseline
    }

    /// The share of a variant.
    public subscript(variant: Variant) -> Int {
        switch variant {
        case .primary: primary
        case .canary: canary
        case .baseline: baseline
        }
    }

    /// What a stage shows: `primary 55%, canary 45%, baseline 0%`.
    public var displayText: String {
        Variant.allCases.map { "\($0.rawValue) \(self[$0])%" }.joined(separator: ", ")
    }
}

/// A change to one manifest before it is copied for a variant.
public struct ManifestPatch: Sendable, Hashable {
    /// The replacement of one scalar.
    public struct Operation: Sendable, Hashable {
        /// Where, such as `$.spec.template.spec.containers[0].image`.
        public var path: String
        /// The text of the new scalar.
        public var value: String

        /// Puts a value at a path.
        public init(path: String, value: String) {
            self.path = path
            self.value = value
        }
    }

    /// The kind of the object, exactly.
    public var kind: String
    /// The name of the object, exactly.
    public var name: String
    /// The path of a string that holds a YAML document to change; `nil` changes the object itself.
    public var documentRoot: String?
    /// What to replace, in this order.
    public var operations: [Operation]

    /// A patch of an object.
    public init(kind: String, name: String, documentRoot: String? = nil, operations: [Operation]) {
        self.kind = kind
        self.name = name
        self.documentRoot = documentRoot
        self.operations = operations
    }
}
