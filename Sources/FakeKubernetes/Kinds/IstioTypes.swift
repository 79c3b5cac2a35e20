import Manifests

/// The two types of Istio that move traffic, so that a demo can route without installing anything.
enum IstioTypes {
    static let definitions = [
        definition("VirtualService", "virtualservices", "virtualservice", "vs", ["gateways", "hosts"]),
        definition("DestinationRule", "destinationrules", "destinationrule", "dr", ["host"]),
    ]

    private static func definition(
        _ kind: String,
        _ plural: String,
        _ singular: String,
        _ shortName: String,
        _ columns: [String]
    ) -> Value {
        let versions: [Value] = ["v1", "v1beta1", "v1alpha3"].map { name in
            [
                "name": .string(name), "served": true, "storage": .bool(name == "v1"),
                "schema": ["openAPIV3Schema": schema], "subresources": ["status": [:]],
                "additionalPrinterColumns": .array(columns.map(column) + [age]),
            ]
        }
        return [
            "metadata": ["name": .string("\(plural).networking.istio.io")],
            "spec": [
                "group": "networking.istio.io", "scope": "Namespaced",
                "names": [
                    "kind": .string(kind), "listKind": .string("\(kind)List"), "plural": .string(plural),
                    "singular": .string(singular), "shortNames": [.string(shortName)],
                    "categories": ["istio-io", "networking-istio-io"],
                ],
                "versions": .array(versions),
            ],
        ]
    }

    private static var schema: Value {
        let open: Value = ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
        return ["type": "object", "properties": ["spec": open, "status": open]]
    }

    private static func column(_ field: String) -> Value {
        let name = field.prefix(1).uppercased() + field.dropFirst()
        return ["name": .string(name), "type": "string", "jsonPath": .string(".spec.\(field)")]
    }

    private static var age: Value {
        ["name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"]
    }
}
