extension IstioRouter {
    static var schema: SchemaNode {
        .block(
            "Changes the weights of a VirtualService of Istio.",
            [
                "editableRoutes": .strings("Names of the HTTP routes that may be changed; all by default."),
                "host": .string("The destination host; the name of the Service by default."),
                "virtualService": .block(
                    "The VirtualService; by default the one named like the Service, else the first.",
                    ["kind": .word("The kind.", ["VirtualService"]), "name": .string("The name.")]
                ),
            ]
        )
    }
}
