import Manifests

extension ClusterClient {
    /// Watches the objects of a type from a version on, that of a list or of an earlier event.
    ///
    /// - Parameters:
    ///   - mapping: The type.
    ///   - namespace: Where to look, `nil` for all namespaces and for types without them.
    ///   - selector: The labels that the objects must have.
    ///   - content: How much of each object is asked for.
    ///   - resourceVersion: What the caller knows already.
    /// - Returns: The events from then on.
    public func watch(
        _ mapping: ResourceMapping,
        namespace: String? = nil,
        selector: LabelSelector = .everything,
        content: ObjectContent = .whole,
        from resourceVersion: String
    ) -> WatchEvents {
        WatchEvents(
            client: self,
            call: Result { () throws(APIError) in
                try watchCall(mapping, namespace: namespace, selector: selector, content, from: resourceVersion)
            },
            mapping: mapping,
            content: content
        )
    }

    private func watchCall(
        _ mapping: ResourceMapping,
        namespace: String?,
        selector: LabelSelector,
        _ content: ObjectContent,
        from resourceVersion: String
    ) throws(APIError) -> APICall {
        let seconds = Int.random(in: 300...600)
        var call = try call(.watch, mapping, namespace: namespace, name: nil)
        call.query =
            selector.query + [
                (name: "watch", value: "1"), (name: "allowWatchBookmarks", value: "true"),
                (name: "resourceVersion", value: resourceVersion), (name: "timeoutSeconds", value: "\(seconds)"),
            ]
        if content == .metadata {
            call.accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
        }
        // The server ends it; this only catches a connection that died without a word.
        call.timeout = .seconds(seconds + 60)
        return call
    }

    func openStream(_ call: APICall, mayRenew: Bool = true) async throws -> HTTPStream {
        let request = try await request(for: call)
        let stream = engine.stream(request)
        do {
            let head = try await stream.head()
            guard !(200..<300).contains(head.status) else { return stream }
            if head.status == 401, mayRenew, renews(request) {
                stream.cancel()
                return try await openStream(call, mayRenew: false)
            }
            var body: [UInt8] = []
            while body.count < 64 << 10, let bytes = try await stream.next() { body += bytes }
            throw error(call, APIStatus(body: body, code: head.status))
        } catch let failure as HTTPFailure {
            if case .tls = failure, mayRenew, authorizer.hasNewerFiles(than: request) {
                return try await openStream(call, mayRenew: false)
            }
            throw error(call, failure)
        }
    }

    func read(_ stream: HTTPStream, _ call: APICall) async throws -> [UInt8]? {
        do {
            return try await stream.next()
        } catch let failure as HTTPFailure {
            throw error(call, failure)
        }
    }

    /// Reads one line of a watch, `nil` for an event that we do not know.
    ///
    /// Of an object it gives what `reduce` makes of it.
    func event(
        _ line: [UInt8],
        _ mapping: ResourceMapping,
        _ call: APICall,
        _ reduce: (Value) -> Value = { $0 }
    ) throws -> WatchEvent? {
        let value = try value(of: line, call)
        let object = value["object"] ?? .null
        switch value["type"]?.string {
        case "ADDED": return .added(try resource(reduce(object), mapping, call))
        case "MODIFIED": return .modified(try resource(reduce(object), mapping, call))
        case "DELETED": return .deleted(try resource(reduce(object), mapping, call))
        case "BOOKMARK":
            return .bookmark(resourceVersion: object[path: "metadata", "resourceVersion"]?.string ?? "")
        case "ERROR":
            throw error(call, APIStatus(object) ?? APIStatus(body: line, code: 500))
        default: return nil
        }
    }
}
