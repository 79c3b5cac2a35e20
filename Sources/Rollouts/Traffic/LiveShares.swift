public import Manifests

/// How the traffic of an application is divided in a cluster, as the object says that directs it.
public struct LiveShares: Sendable, Hashable {
    /// The object.
    public let route: ResourceKey
    /// The share of each variant, in percent.
    public let shares: [Variant: Int]
    /// The labels that pods have which the traffic may reach, apart from that of the variant; empty when not known.
    public let podLabels: [String: String]

    /// Shares that an object says.
    public init(route: ResourceKey, shares: [Variant: Int], podLabels: [String: String] = [:]) {
        self.route = route
        self.shares = shares
        self.podLabels = podLabels
    }
}

extension TrafficRouting {
    /// How traffic is divided now.
    ///
    /// - Parameters:
    ///   - objects: The live objects of the application, copies for variants left out.
    ///   - spec: The application's settings.
    ///   - pipeline: The stages of the deployment.
    /// - Returns: `nil` when there is no object that divides traffic among variants.
    public static func shares(
        in objects: [Manifest],
        spec: PluginSpec,
        pipeline: [PipelineStage]
    ) -> LiveShares? {
        let router = spec.router
        let receivers = Variant.allCases.map { variant in
            (variant, TrafficReceiver(variant, services: [], spec: spec, pipeline: pipeline))
        }
        for object in router.candidates(in: objects, spec: spec) {
            let weights = router.weights(in: object, spec: spec) { destination in
                receivers.first { destination.leads(to: $0.1) }?.0
            }
            guard let weights, let shares = percentages(weights) else { continue }
            let service = (spec.service?.name ?? router.services(of: .primary, spec: spec, pipeline: pipeline).first)
                .flatMap { name in objects.first { $0.isService && $0.name == name } }
            let labels =
                (service ?? (object.isService ? object : nil))?.object.selector(without: spec.variantLabel.key) ?? [:]
            return LiveShares(route: object.key, shares: shares, podLabels: labels)
        }
        return nil
    }

    /// Weights as percentages of their sum, rounded; `nil` when none is above zero.
    private static func percentages(_ weights: [Variant: Int]) -> [Variant: Int]? {
        // A weight has seven digits at most in all that directs traffic; what is more is none.
        let weights = weights.filter { (0...10_000_000).contains($0.value) }
        let sum = weights.values.reduce(0, +)
        guard sum > 0 else { return nil }
        return Variant.allCases.reduce(into: [:]) { $0[$1] = ((weights[$1] ?? 0) * 200 + sum) / (2 * sum) }
    }
}

/// Where an object directs traffic, in the words of the way to move it.
enum TrafficDestination {
    /// The value of the label of a variant, or a subset of that name.
    case value(String)
    /// A Service that may lead to one variant.
    case service(String)
    /// The host alone, which is the primary's as long as nothing else is said.
    case unnamed

    fileprivate func leads(to receiver: TrafficReceiver) -> Bool {
        switch self {
        case .value(let value): value == receiver.value
        case .service(let name): receiver.services.contains(name)
        case .unnamed: receiver.isPrimary
        }
    }
}
