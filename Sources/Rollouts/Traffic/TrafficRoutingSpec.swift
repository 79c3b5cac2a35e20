/// How TRAFFIC_ROUTING moves traffic.
///
/// Each way adds a function to make one with its settings, and a property to read them.
public struct TrafficRoutingSpec: Sendable {
    /// The word for a way to move traffic.
    public struct Method: RawRepresentable, Sendable, Hashable {
        /// The word as it is written.
        public let rawValue: String

        /// A word as it is written.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }
    }

    let router: any TrafficRouter

    /// The word for the way to move traffic.
    public var method: Method { type(of: router).method }

    init(router: any TrafficRouter = PodSelectorRouter()) {
        self.router = router
    }
}

extension TrafficRoutingSpec: Hashable {
    /// Whether both move traffic in the same way with the same settings.
    public static func == (first: TrafficRoutingSpec, second: TrafficRoutingSpec) -> Bool {
        AnyHashable(first.router) == AnyHashable(second.router)
    }

    /// Feeds the way and its settings to a hasher.
    public func hash(into hasher: inout Hasher) {
        router.hash(into: &hasher)
    }
}

extension TrafficRoutingSpec {
    /// Reads the block; mistakes are found in the settings of every way, those of the chosen one are kept.
    init(_ fields: ConfigurationFields) {
        var method: Method?
        // A version with another word was deployed, too: only its traffic stages failed.
        fields.problems.minor {
            method = fields.oneOf("method", TrafficRouting.routers.map { $0.method }, named: \.rawValue)
        }
        var chosen: any TrafficRouter = PodSelectorRouter()
        for type in TrafficRouting.routers {
            let router = type.init(fields.fields(type.method.rawValue))
            if type.method == method { chosen = router }
        }
        self.init(router: chosen)
        fields.finish()
    }
}
