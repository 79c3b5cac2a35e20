import Manifests

/// Reads the `openAPIV3Schema` of a CustomResourceDefinition.
enum CustomSchema {
    /// The schema of whole objects, whose metadata is that of every object.
    static func root(_ schema: Value) -> Schema {
        var root = Schema.Structure()
        root.keepsUnknownFields = true
        if case .structure(let structure) = convert(schema) { root = structure }
        root.fields["metadata"] = Schema.Field(schema: .named("ObjectMeta"), isAlwaysPresent: true)
        root.fields["apiVersion"] = Schema.Field(schema: .scalar(.string))
        root.fields["kind"] = Schema.Field(schema: .scalar(.string))
        return .structure(root)
    }

    private static func convert(_ schema: Value) -> Schema {
        if schema["x-kubernetes-int-or-string"]?.bool == true { return .scalar(.intOrString) }
        switch schema["type"]?.string {
        case "string": return .scalar(.string)
        case "integer": return .scalar(.integer)
        case "number": return .scalar(.number)
        case "boolean": return .scalar(.boolean)
        case "array": return list(schema)
        case "object": return object(schema)
        default: return schema["properties"] == nil ? .any : object(schema)
        }
    }

    private static func list(_ schema: Value) -> Schema {
        let element = schema["items"].map(convert) ?? .any
        let keys = schema["x-kubernetes-list-map-keys"]?.array?.compactMap(\.string) ?? []
        let kind: Schema.ListKind =
            switch schema["x-kubernetes-list-type"]?.string {
            case "set": .set
            case "map" where !keys.isEmpty: .map(keys: keys)
            default: .atomic
            }
        return .list(of: element, kind, patchKey: .replace)
    }

    private static func object(_ schema: Value) -> Schema {
        let isAtomic = schema["x-kubernetes-map-type"]?.string == "atomic"
        let keepsUnknown = schema["x-kubernetes-preserve-unknown-fields"]?.bool == true
        let others = schema["additionalProperties"]
        guard let properties = schema["properties"]?.mapping else {
            if let others, others.mapping != nil { return .map(of: convert(others), isAtomic: isAtomic) }
            if others?.bool == true || keepsUnknown { return isAtomic ? .map(of: .any, isAtomic: true) : .any }
            var structure = Schema.Structure()
            structure.isAtomic = isAtomic
            return .structure(embedded(structure, schema))
        }
        var structure = Schema.Structure()
        structure.isAtomic = isAtomic
        structure.keepsUnknownFields = keepsUnknown
        structure.others = others.flatMap { $0.mapping == nil ? nil : convert($0) }
        let required = Set(schema["required"]?.array?.compactMap(\.string) ?? [])
        for member in properties {
            var field = Schema.Field(schema: convert(member.value))
            field.defaultValue = member.value["default"]
            field.isRequired = required.contains(member.key)
            structure.fields[member.key] = field
        }
        return .structure(embedded(structure, schema))
    }

    /// An object inside an object has a type and metadata of its own.
    private static func embedded(_ structure: Schema.Structure, _ schema: Value) -> Schema.Structure {
        guard schema["x-kubernetes-embedded-resource"]?.bool == true else { return structure }
        var structure = structure
        structure.fields["apiVersion"] = Schema.Field(schema: .scalar(.string))
        structure.fields["kind"] = Schema.Field(schema: .scalar(.string))
        structure.fields["metadata"] = Schema.Field(schema: .named("ObjectMeta"))
        return structure
    }
}
