public import Manifests

/// The object that TRAFFIC_ROUTING changes, as the cluster has it.
public enum LiveTrafficObject: Sendable, Hashable {
    /// Nobody can tell, because there is no cluster to ask.
    case unknown
    /// The cluster does not have it.
    case missing
    /// The cluster has it.
    case found(Value)
}

/// What PRIMARY_ROLLOUT applies so that traffic stays as it is.
public struct KeptTraffic: Sendable {
    /// What is done with the object that directs traffic.
    enum Treatment {
        /// It is applied like any other.
        case apply(Manifest, note: String?)
        /// It is applied when the others are ready.
        case applyLast(Manifest, note: String?)
        /// It is not applied at all.
        case leave(note: String?)
    }

    /// What to apply.
    public let manifests: [Manifest]
    /// The object that must wait until the others are ready.
    public private(set) var last: ResourceKey?
    /// The object that stays as the cluster has it; a prune must keep it.
    public private(set) var leftOut: ResourceKey?
    /// What the user should know.
    public private(set) var note: String?

    /// Manifests that are applied as they are.
    public init(manifests: [Manifest]) {
        self.manifests = manifests
    }

    init(_ manifests: [Manifest], object key: ResourceKey, _ treatment: Treatment) {
        switch treatment {
        case .apply(let manifest, let note):
            self.manifests = manifests.map { $0.key == key ? manifest : $0 }
            self.note = note
        case .applyLast(let manifest, let note):
            self.manifests = manifests.map { $0.key == key ? manifest : $0 }
            self.note = note
            last = key
        case .leave(let note):
            self.manifests = manifests.filter { $0.key != key }
            self.note = note
            leftOut = key
        }
    }
}
