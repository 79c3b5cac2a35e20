extension RolloutError.Reason {
    /// The Service of the primary is not configured.
    static let noPrimaryService = Self.traffic(
        "the Service of the primary is unknown; set service.name or trafficRouting.gatewayapi.primaryService"
    )

    /// The reference for a route has another kind.
    static func notARoute(kind: String) -> Self {
        .traffic("the reference for a route has kind \"\(kind)\"; write \"HTTPRoute\", \"GRPCRoute\" or nothing")
    }

    /// No route is there, or none with that name.
    static func noGatewayRoute(_ reference: ResourceReference) -> Self {
        let kind = reference.kind ?? "HTTPRoute or GRPCRoute"
        let advice = reference.name.map {
            " named \"\($0)\" found; add it, or set trafficRouting.gatewayapi.route.name"
        }
        return .traffic("no \(kind)\(advice ?? " found; add one")")
    }

    /// Two variants have the same Service.
    static func sameService(_ names: String) -> Self {
        .traffic(
            "each variant needs a Service of its own, found \(names); correct primaryService, canaryService and "
                + "baselineService of trafficRouting.gatewayapi"
        )
    }

    /// Weights of a rule cannot be computed; the rule and why.
    static func badRule(_ rule: RouteEdit.Route, _ text: String) -> Self {
        .traffic("rule \(rule.title): \(text)")
    }

    /// No rule has a backend of ours, or none of those that may be edited.
    static func noRule(_ services: String, editable: [String]) -> Self {
        let names = editable.map { "\"\($0)\"" }.joined(separator: ", ")
        return .traffic(
            editable.isEmpty
                ? "no rule has a backend among the Services \(services); correct service.name or "
                    + "trafficRouting.gatewayapi.primaryService"
                : "none of the editable rules \(names) has a backend among the Services \(services); "
                    + "correct trafficRouting.gatewayapi.editableRoutes"
        )
    }

    /// The Service of a variant that is to receive traffic is not there.
    static func missingVariantService(_ name: String, _ variant: Variant) -> Self {
        .traffic(
            "Service \"\(name)\" of the \(variant.rawValue) is not there; set createService: true in the stage "
                + "\(variant.rawValue.uppercased())_ROLLOUT, or name another in "
                + "trafficRouting.gatewayapi.\(variant.rawValue)Service"
        )
    }

    /// The Service of a variant leads to the pods of others, too.
    static func selectsOthers(_ name: String, _ variant: Variant, selector: String) -> Self {
        .traffic(
            "Service \"\(name)\" must have \(selector) in its selector, or the \(variant.rawValue)'s share reaches other "
                + "variants, too; add it, or name another in trafficRouting.gatewayapi.\(variant.rawValue)Service"
        )
    }
}
