import Manifests

extension GatewayAPIRouter {
    static var schema: SchemaNode {
        .block(
            "Changes the weights of the backends of a route of the Gateway API.",
            [
                "route": .block(
                    "The route; by default the one named like the Service, else the first.",
                    ["kind": .word("The kind.", kinds.map(\.kind)), "name": .string("The name.")]
                ),
                "editableRoutes": .strings("Names of the rules that may be changed; all by default."),
                "primaryService": .string("The Service of the primary; the application's by default."),
                "canaryService": .string("The Service of the canary; by default the one that its rollout makes."),
                "baselineService": .string("The Service of the baseline; by default the one that its rollout makes."),
            ]
        )
    }
}
