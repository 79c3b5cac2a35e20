import Manifests

extension ClusterState {
    mutating func get(_ target: ResourceTarget, _ request: APIRequest) throws(APIStatus) -> APIResponse {
        let format = try ResponseFormat(request)
        if target.subresource == "scale" { return try getScale(target, format) }
        let object = try require(target)
        return .object(Presentation(target, format).object(object))
    }

    /// The stored object that a path names.
    func require(_ target: ResourceTarget) throws(APIStatus) -> Value {
        guard let object = store[target.reference] else { throw .notFound(target.groupResource, target.name ?? "") }
        return object
    }

    mutating func list(_ target: ResourceTarget, _ request: APIRequest) throws(APIStatus) -> APIResponse {
        let presentation = Presentation(target, try ResponseFormat(request))
        if let version = request.parameter("resourceVersion").flatMap({ Int($0) }), version > store.revision {
            throw .tooNew(version, current: store.revision)
        }
        let selector = try ObjectSelector(target: target, request: request)
        let page = try page(target, request, selector)
        var metadata: Mapping = ["resourceVersion": .string(String(page.revision))]
        if let token = page.continueToken {
            metadata["continue"] = .string(token)
            if !selector.selects { metadata["remainingItemCount"] = .int(page.remaining) }
        }
        return .object(presentation.list(page.items, metadata: metadata))
    }

    /// The stored objects that a request selects, sorted.
    mutating func select(_ target: ResourceTarget, _ selector: ObjectSelector) -> [Value] {
        store.objects(target.groupResource, namespace: selector.namespace).filter(selector.matches)
    }

    private mutating func page(
        _ target: ResourceTarget,
        _ request: APIRequest,
        _ selector: ObjectSelector
    ) throws(APIStatus) -> ListSnapshots.Page {
        let limit = try Self.limit(request)
        guard let text = request.parameter("continue"), !text.isEmpty else {
            let items = select(target, selector)
            return snapshots.first(items, revision: store.revision, limit: limit)
        }
        let token = try ContinueToken(text: text)
        if let page = snapshots.next(token, limit: limit) { return page }
        let rest = select(target, selector).filter { token.isBefore($0) }
        guard token.isInconsistent else { throw ContinueToken.expired(token) }
        return snapshots.first(rest, revision: store.revision, limit: limit)
    }

    private static func limit(_ request: APIRequest) throws(APIStatus) -> Int {
        guard let text = request.parameter("limit"), !text.isEmpty else { return 0 }
        guard let limit = Int(text) else {
            throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
        }
        return max(0, limit)
    }
}
