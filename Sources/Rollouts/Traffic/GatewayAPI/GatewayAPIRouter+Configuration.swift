import Manifests

extension GatewayAPIRouter {
    init(_ fields: ConfigurationFields) {
        self.init()
        route = ResourceReference(fields.fields("route"))
        editableRoutes = fields.strings("editableRoutes")
        primaryService = fields.string("primaryService")
        canaryService = fields.string("canaryService")
        baselineService = fields.string("baselineService")
        if let kind = route.kind, !Self.kinds.contains(where: { $0.kind == kind }) {
            let hint = ClosestName.hint(kind, among: Self.kinds.map(\.kind))
            fields.problem("route.kind", "must be \"HTTPRoute\" or \"GRPCRoute\", found \"\(kind)\"\(hint)")
        }
        fields.finish()
    }

    static var schemaKeys: SchemaKeys {
        [
            "route": .block(
                "The route; by default the first one that leads to the primary's Service.",
                ["kind": .word("The kind.", kinds.map(\.kind)), "name": .string("The name.")]
            ),
            "editableRoutes": .strings("Names of the rules that may be changed; all by default."),
            "primaryService": .string("The Service of the primary; service.name by default."),
            "canaryService": .string("The Service of the canary; by default the one that the canary rollout makes."),
            "baselineService": .string(
                "The Service of the baseline; by default the one that the baseline rollout makes."
            ),
        ]
    }
}

extension GroupKind {
    /// The HTTPRoute of the Gateway API, in any version.
    static let httpRoute = GroupKind(group: "gateway.networking.k8s.io", kind: "HTTPRoute")
    /// The GRPCRoute of the Gateway API, in any version.
    static let grpcRoute = GroupKind(group: "gateway.networking.k8s.io", kind: "GRPCRoute")
}

extension TrafficRoutingSpec.Method {
    /// The weights of the backends of a route of the Gateway API are changed.
    public static let gatewayAPI = Self(rawValue: "gatewayapi")
}

extension TrafficRoutingSpec {
    /// The weights of the backends of a route of the Gateway API are changed.
    public static func gatewayAPI(_ settings: GatewayAPIRouter = GatewayAPIRouter()) -> TrafficRoutingSpec {
        TrafficRoutingSpec(router: settings)
    }

    /// The settings, when traffic is moved by the Gateway API.
    public var gatewayAPI: GatewayAPIRouter? { router as? GatewayAPIRouter }
}
