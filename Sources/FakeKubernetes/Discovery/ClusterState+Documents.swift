import Manifests

/// The paths that are about no object: discovery, version, health, schemas.
extension ClusterState {
    /// Answers a path without objects; `nil` when there is no such path.
    mutating func document(_ request: APIRequest, path: [String]) -> APIResponse? {
        switch path.first {
        case nil: root
        case "healthz", "livez", "readyz": .text("ok")
        case "metrics" where path.count == 1: .text(requests.metrics)
        case "version" where path.count == 1: .object(Version(options.version).object)
        case "api" where path.count == 1: discovery(request, "api") { Discovery($0).coreVersions }
        case "apis" where path.count == 1: discovery(request, "apis") { Discovery($0).groups }
        case "api" where path == ["api", "v1"]: resources("", "v1")
        case "apis" where path.count == 2: group(path[1])
        case "apis" where path.count == 3: resources(path[1], path[2])
        case "openapi": openAPI(request, path: Array(path.dropFirst()))
        default: nil
        }
    }

    private var root: APIResponse {
        var paths = ["/api", "/api/v1", "/apis"]
        for group in registry.groups where !group.name.isEmpty {
            paths.append("/apis/\(group.name)")
            paths += Discovery.versions(of: group.types).map { "/apis/\(group.name)/\($0)" }
        }
        paths += ["/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]
        return .object(["paths": .array(paths.map(Value.string))])
    }

    /// Chooses between one document for everything and the plain form, as the `Accept` header wants.
    private mutating func discovery(
        _ request: APIRequest,
        _ name: String,
        plain: (TypeRegistry) -> Value
    ) -> APIResponse {
        let registry = registry
        guard options.hasAggregatedDiscovery, let version = Self.aggregatedVersion(request) else {
            let bytes = documents.text(name, changes: registry.changes) { plain(registry).jsonBytes() }
            return APIResponse(.text(bytes))
        }
        let bytes = documents.text("\(name) \(version)", changes: registry.changes) {
            AggregatedDiscovery(registry, version: version, isCore: name == "api").object.jsonBytes()
        }
        let tag = "\"\(name)-\(version)-\(registry.changes)\""
        let isKnown = request.header("if-none-match") == tag
        var response = APIResponse(code: isKnown ? 304 : 200, .text(isKnown ? [] : bytes))
        response.contentType = "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
        response.headers += [("etag", tag), ("vary", "Accept")]
        return response
    }

    /// The first version of aggregated discovery that the client names before the plain form.
    private static func aggregatedVersion(_ request: APIRequest) -> String? {
        for range in (request.header("accept") ?? "").split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " } }
            guard parts.first == "application/json" else { continue }
            guard parts.contains("as=APIGroupDiscoveryList") else { return nil }
            guard parts.contains("g=apidiscovery.k8s.io") else { continue }
            if parts.contains("v=v2") { return "v2" }
            if parts.contains("v=v2beta1") { return "v2beta1" }
        }
        return nil
    }

    private mutating func group(_ name: String) -> APIResponse? {
        let registry = registry
        guard !name.isEmpty, let group = registry.groups.first(where: { $0.name == name }) else { return nil }
        var object: Mapping = ["kind": "APIGroup", "apiVersion": "v1"]
        for member in Discovery.group(name, group.types).mapping ?? [:] { object[member.key] = member.value }
        return .object(.mapping(object))
    }

    private mutating func resources(_ group: String, _ version: String) -> APIResponse? {
        let registry = registry
        guard registry.serves(group: group, version: version) else { return nil }
        let bytes = documents.text("resources \(group)/\(version)", changes: registry.changes) {
            Discovery(registry).resources(group, version).jsonBytes()
        }
        return APIResponse(.text(bytes))
    }
}
