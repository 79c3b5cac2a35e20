import Manifests

/// The OpenAPI 3 document of one group version, as far as clients of Kubernetes read it: schemas, and what a PATCH takes.
struct OpenAPIDocument: Sendable {
    private let types: [ResourceType]
    private let version: String
    private let release: String

    init(_ types: [ResourceType], version: String, release: String) {
        self.types = types.sorted { $0.plural < $1.plural }
        self.version = version
        self.release = release
    }

    var object: Value {
        var paths = Mapping()
        var schemas = Mapping()
        var names: [String] = []
        for type in types {
            let root = type.group.isEmpty ? "/api/\(version)" : "/apis/\(type.group)/\(version)"
            let collection =
                type.isNamespaced ? "\(root)/namespaces/{namespace}/\(type.plural)" : "\(root)/\(type.plural)"
            paths["\(collection)/{name}"] = item(type)
            paths[collection] = self.collection(type)
            let (name, schema) = schema(type)
            schemas[name] = schema
            if type.custom == nil {
                names += OpenAPISchema.references(.named(name))
            } else {
                names.append("ObjectMeta")
            }
        }
        for name in Set(names + names.flatMap { OpenAPISchema.closure($0) }).sorted() where schemas[name] == nil {
            schemas[name] = OpenAPISchema.definition(name)
        }
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": .string(release)], "paths": .mapping(paths),
            "components": ["schemas": .mapping(schemas)],
        ]
    }

    /// The document in version 2, with the built-in schemas alone.
    static func swagger(version: String) -> Value {
        let names = BuiltInSchemas.structures.keys.sorted()
        let definitions = names.map { ($0, OpenAPISchema.definition($0, root: "#/definitions/")) }
        return [
            "swagger": "2.0", "info": ["title": "Kubernetes", "version": .string(version)], "paths": [:],
            "definitions": .mapping(Mapping(definitions)),
        ]
    }

    private func groupVersionKind(_ type: ResourceType) -> Value {
        ["group": .string(type.group), "version": .string(version), "kind": .string(type.kind)]
    }

    private func schema(_ type: ResourceType) -> (String, Value) {
        let name: String
        var schema: Value
        if let custom = type.custom {
            name = "\(type.group).\(version).\(type.kind)"
            schema = custom.versions[version]?.openAPI ?? ["type": "object"]
            schema.put(["$ref": "#/components/schemas/ObjectMeta"], "properties", "metadata")
        } else {
            let versioned = "\(type.kind).\(version)"
            name = BuiltInSchemas.structures[versioned] == nil ? type.kind : versioned
            schema = OpenAPISchema.definition(name)
        }
        schema.put(["type": "string"], "properties", "apiVersion")
        schema.put(["type": "string"], "properties", "kind")
        schema["x-kubernetes-group-version-kind"] = [groupVersionKind(type)]
        return (name, schema)
    }

    private func item(_ type: ResourceType) -> Value {
        var patch = operation(type, "patch", "patch")
        var media = ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"]
        if type.custom == nil { media.append("application/strategic-merge-patch+json") }
        let body: Value = ["schema": ["type": "object"]]
        patch["requestBody"] = ["content": .mapping(Mapping(media.map { ($0, body) })), "required": true]
        return [
            "get": operation(type, "get", "get"), "put": operation(type, "put", "update"), "patch": patch,
            "delete": operation(type, "delete", "delete"),
        ]
    }

    private func collection(_ type: ResourceType) -> Value {
        ["get": operation(type, "list", "list"), "post": operation(type, "post", "create")]
    }

    private func operation(_ type: ResourceType, _ action: String, _ verb: String) -> Value {
        var parameters: [String] = []
        if ["create", "update", "patch"].contains(verb) { parameters = ["dryRun", "fieldManager", "fieldValidation"] }
        if verb == "patch" { parameters.append("force") }
        return [
            "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": groupVersionKind(type),
            "parameters": .array(
                parameters.map {
                    ["name": .string($0), "in": "query", "schema": ["type": $0 == "force" ? "boolean" : "string"]]
                }
            ),
            "responses": ["200": ["description": "OK"]],
        ]
    }
}
