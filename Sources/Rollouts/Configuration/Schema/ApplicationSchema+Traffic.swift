import Manifests

extension ApplicationSchema {
    static let trafficRouting = SchemaNode.block(
        "How stages of traffic routing move traffic.",
        [
            "method": .word(
                "The way: the selector of the Service is switched, or weights of routes are changed.",
                TrafficRouting.routers.map { $0.method.rawValue },
                default: TrafficRoutingSpec().method.rawValue
            )
        ]
            + SchemaKeys(
                TrafficRouting.routers.map { type in
                    (type.method.rawValue, .block("Settings for the method \(type.method.rawValue).", type.schemaKeys))
                }
            )
    )

    static let trafficRoutingOptions = options(
        "The shares of the variants in the traffic.",
        [
            "all": .word("The variant that gets all traffic.", Variant.allCases.map(\.rawValue)),
            "primary": .reference("percentage", "The share of the primary; what the others leave by default."),
            "canary": .reference("percentage", "The share of the canary; 0 by default."),
            "baseline": .reference("percentage", "The share of the baseline; 0 by default."),
        ]
    ).adding("allOf", .array(Variant.allCases.map { ["not": allTogether(with: $0.rawValue)] }))

    /// A mapping that gives all traffic to one variant and has another key, too.
    private static func allTogether(with other: String) -> Value {
        [
            "type": "object", "required": ["all", .string(other)],
            "patternProperties": ["^all$": ["enum": .array(Variant.allCases.map { .string($0.rawValue) })]],
        ]
    }

    static let percentage = SchemaNode(
        "A whole percentage.",
        [
            "type": ["integer", "string"], "minimum": 0, "maximum": 100,
            "pattern": "^[+]?0*(100|[0-9]{1,2})%?$",
        ]
    )
}
