import Manifests

extension ClusterState {
    /// Answers one request; events of a watch go to the sink until it ends.
    mutating func respond(to request: APIRequest, sink: any WatchSink) -> APIResponse {
        do {
            return try route(request, sink: sink)
        } catch {
            return .refusal(error)
        }
    }

    private mutating func route(_ request: APIRequest, sink: any WatchSink) throws(APIStatus) -> APIResponse {
        let path = request.segments
        switch path.first {
        case "api" where path.count > 1 && path[1] != "v1":
            throw .noSuchResource
        case "api" where path.count > 2:
            return try resource(request, group: "", version: "v1", path: Array(path.dropFirst(2)), sink: sink)
        case "apis" where path.count > 3:
            return try resource(request, group: path[1], version: path[2], path: Array(path.dropFirst(3)), sink: sink)
        default:
            guard request.method == "GET" || request.method == "HEAD" else { throw .methodNotAllowed }
            return document(request, path: path) ?? .text("404 page not found\n", code: 404)
        }
    }

    private mutating func resource(
        _ request: APIRequest,
        group: String,
        version: String,
        path: [String],
        sink: any WatchSink
    ) throws(APIStatus) -> APIResponse {
        guard registry.serves(group: group, version: version) else {
            guard !BuiltInTypes.all.contains(where: { $0.group == group }) else { throw .noSuchResource }
            return .text("404 page not found\n", code: 404)
        }
        guard let target = ResourceTarget(registry: registry, group: group, version: version, path: path) else {
            throw path.first == "watch" ? .notModelled("the deprecated path /watch") : .noSuchResource
        }
        if let subresource = target.subresource, !target.type.subresources.contains(subresource) {
            throw Self.realSubresources.contains("\(target.type.plural)/\(subresource)")
                ? .notModelled("\(target.type.plural)/\(subresource)") : .noSuchResource
        }
        return try perform(request, target, sink: sink)
    }

    private mutating func perform(
        _ request: APIRequest,
        _ target: ResourceTarget,
        sink: any WatchSink
    ) throws(APIStatus) -> APIResponse {
        let isItem = target.name != nil
        switch request.method {
        case "GET", "HEAD":
            if request.flag("watch"), !isItem { return try watch(target, request, sink: sink) }
            return isItem ? try get(target, request) : try list(target, request)
        case "POST" where !isItem && (target.namespace != nil || !target.type.isNamespaced):
            try requireWritable(target)
            return try create(target, request)
        case "PUT" where isItem:
            try requireWritable(target)
            return try replace(target, request)
        case "PATCH" where isItem:
            try requireWritable(target)
            return try patch(target, request)
        case "DELETE" where target.subresource == nil:
            try requireWritable(target)
            return isItem ? try delete(target, request) : try deleteCollection(target, request)
        default:
            throw .methodNotAllowed
        }
    }

    private func requireWritable(_ target: ResourceTarget) throws(APIStatus) {
        guard !target.type.traits.contains(.readOnly) else { throw .methodNotAllowed }
    }

    /// Parts of objects that real servers have and this one has not.
    private static let realSubresources: Set<String> = [
        "pods/log", "pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "pods/eviction", "pods/binding",
        "pods/resize", "services/proxy", "nodes/proxy", "serviceaccounts/token",
    ]
}
