public import Manifests

/// What TRAFFIC_ROUTING applies, and what it means.
public struct TrafficChange: Sendable {
    /// The object to apply, marked as primary.
    public let manifest: Manifest
    /// The share of each variant in percent; a variant above zero receives traffic.
    public let weights: [(Variant, Int)]
    /// What was chosen, changed and left alone, one line each.
    public let notes: [String]
    /// Where the traffic of each variant goes.
    public let backends: [Variant: TrafficBackend]

    /// The variants that receive traffic.
    public var receivers: [Variant] { weights.filter { $0.1 > 0 }.map(\.0) }
}

/// The Service behind which the pods of a variant stand, and what tells them from others.
public struct TrafficBackend: Sendable, Hashable {
    /// The name of the Service.
    public let service: String
    /// The namespace of the Service, `nil` when none is written.
    public let namespace: String?
    /// The labels of the pods that the traffic reaches, as far as they are known.
    public let podLabels: [String: String]

    /// A Service, with the labels that pods behind it have.
    public init(service: String, namespace: String?, podLabels: [String: String]) {
        self.service = service
        self.namespace = namespace
        self.podLabels = podLabels
    }
}

extension Value {
    /// The labels that a Service selects, apart from that of the variant.
    func selector(without key: String) -> [String: String] {
        let fields = self[path: "spec", "selector"]?.mapping ?? Mapping()
        return fields.reduce(into: [:]) { labels, member in
            if member.key != key { labels[member.key] = member.value.string }
        }
    }
}
