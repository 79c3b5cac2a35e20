import Manifests

extension ClusterState {
    /// Answers the paths below `/openapi`.
    mutating func openAPI(_ request: APIRequest, path: [String]) -> APIResponse? {
        let registry = registry
        switch path.first {
        case "v2" where path.count == 1:
            guard (request.header("accept") ?? "").contains("json") || request.header("accept") == nil else {
                let message = "only the following media types are accepted: application/json"
                return .refusal(APIStatus(406, "NotAcceptable", message))
            }
            let version = options.version
            let bytes = documents.text("openapi v2", changes: registry.changes) {
                OpenAPIDocument.swagger(version: version).jsonBytes()
            }
            return APIResponse(.text(bytes))
        case "v3" where path.count == 1: return .object(index(registry))
        case "v3":
            guard let (group, version) = Self.groupVersion(Array(path.dropFirst())),
                registry.serves(group: group, version: version)
            else { return nil }
            let types = registry.types.values.filter { $0.group == group && $0.versions.contains(version) }
            let release = options.version
            let bytes = documents.text("openapi \(group)/\(version)", changes: registry.changes) {
                OpenAPIDocument(types, version: version, release: release).object.jsonBytes()
            }
            return APIResponse(.text(bytes))
        default: return nil
        }
    }

    /// The list of documents, with a text in each address that changes when the document does.
    private func index(_ registry: TypeRegistry) -> Value {
        var paths = Mapping()
        for group in registry.groups {
            for version in Discovery.versions(of: group.types) {
                let path = group.name.isEmpty ? "api/\(version)" : "apis/\(group.name)/\(version)"
                let address = "/openapi/v3/\(path)?hash=\(options.version)-\(registry.changes)"
                paths[path] = ["serverRelativeURL": .string(address)]
            }
        }
        return ["paths": .mapping(paths)]
    }

    private static func groupVersion(_ path: [String]) -> (String, String)? {
        switch (path.first, path.count) {
        case ("api", 2): ("", path[1])
        case ("apis", 3): (path[1], path[2])
        default: nil
        }
    }
}
