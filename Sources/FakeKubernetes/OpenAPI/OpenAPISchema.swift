import Manifests

/// Built-in schemas in the words of OpenAPI.
enum OpenAPISchema {
    /// One structure of the built-in table.
    static func definition(_ name: String, root: String = "#/components/schemas/") -> Value {
        guard let structure = BuiltInSchemas.structures[name] else { return ["type": "object"] }
        var definition: Mapping = ["type": "object"]
        let properties = structure.fields.sorted { $0.key < $1.key }.map { ($0.key, property($0.value, root)) }
        if !properties.isEmpty { definition["properties"] = .mapping(Mapping(properties)) }
        if structure.isAtomic { definition["x-kubernetes-map-type"] = "atomic" }
        return .mapping(definition)
    }

    /// The structures that a schema names directly.
    static func references(_ schema: Schema) -> [String] {
        switch schema {
        case .named(let name): [name]
        case .list(let element, _, _), .map(let element, _): references(element)
        default: []
        }
    }

    /// A structure with everything that it is made of.
    static func closure(_ name: String) -> Set<String> {
        var known: Set<String> = []
        var open = [name]
        while let next = open.popLast() {
            guard known.insert(next).inserted else { continue }
            open += BuiltInSchemas.structures[next]?.fields.values.flatMap { references($0.schema) } ?? []
        }
        return known
    }

    private static func property(_ field: Schema.Field, _ root: String) -> Value {
        var property = node(field.schema, root)
        if field.retainsKeys { strategy("retainKeys", &property) }
        if let fallback = field.defaultValue { property["default"] = fallback }
        return property
    }

    private static func node(_ schema: Schema, _ root: String) -> Value {
        switch schema {
        case .any: return ["x-kubernetes-preserve-unknown-fields": true]
        case .structure: return ["type": "object"]
        case .named(let name): return ["allOf": [["$ref": .string(root + name)]]]
        case .scalar(let scalar): return self.scalar(scalar)
        case .map(let element, let isAtomic):
            var node: Value = ["type": "object", "additionalProperties": self.node(element, root)]
            if isAtomic { node["x-kubernetes-map-type"] = "atomic" }
            return node
        case .list(let element, let kind, let patchKey): return list(element, kind, patchKey, root)
        }
    }

    private static func scalar(_ scalar: Schema.Scalar) -> Value {
        switch scalar {
        case .string: ["type": "string"]
        case .integer: ["type": "integer", "format": "int64"]
        case .number: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .intOrString: ["oneOf": [["type": "integer"], ["type": "string"]], "format": "int-or-string"]
        case .quantity: ["oneOf": [["type": "string"], ["type": "number"]]]
        }
    }

    private static func list(
        _ element: Schema,
        _ kind: Schema.ListKind,
        _ patchKey: Schema.PatchKey,
        _ root: String
    ) -> Value {
        var node: Value = ["type": "array", "items": self.node(element, root)]
        switch kind {
        case .atomic: node["x-kubernetes-list-type"] = "atomic"
        case .set: node["x-kubernetes-list-type"] = "set"
        case .map(let keys):
            node["x-kubernetes-list-type"] = "map"
            node["x-kubernetes-list-map-keys"] = Discovery.strings(keys)
        }
        switch patchKey {
        case .replace: break
        case .mergeValues: strategy("merge", &node)
        case .merge(let key):
            strategy("merge", &node)
            node["x-kubernetes-patch-merge-key"] = .string(key)
        }
        return node
    }

    /// Adds one of the words of the patch strategy.
    private static func strategy(_ word: String, _ node: inout Value) {
        let key = "x-kubernetes-patch-strategy"
        node[key] = .string([node[key]?.string, word].compactMap { $0 }.sorted().joined(separator: ","))
    }
}
