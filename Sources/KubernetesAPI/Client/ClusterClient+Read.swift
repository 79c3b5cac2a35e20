package import Manifests

extension ClusterClient {
    /// Reads one object.
    ///
    /// - Returns: The object, `nil` only when the server itself says that there is none.
    public func get(_ mapping: ResourceMapping, namespace: String?, name: String) async throws -> LiveResource? {
        let call = try call(.get, mapping, namespace: namespace, name: name)
        do {
            return try await checkingThatServed(mapping) {
                try self.resource(of: try await self.send(call).body, mapping, call)
            }
        } catch let error as APIError where error.isNotFound {
            return nil
        }
    }

    /// Lists the objects of a type, page by page.
    ///
    /// A list that expires between two pages starts again, without pages, so that it is one consistent state.
    ///
    /// - Parameters:
    ///   - mapping: The type.
    ///   - namespace: Where to look, `nil` for all namespaces and for types without them.
    ///   - selector: The labels that the objects must have.
    /// - Returns: The objects with `apiVersion` and `kind` filled in.
    /// - Throws: `APIError` when the server refuses, or the list expires again and again.
    public func list(
        _ mapping: ResourceMapping,
        namespace: String? = nil,
        selector: LabelSelector = .everything
    ) async throws -> ResourceList {
        try await list(mapping, namespace: namespace, selector: selector, content: .whole)
    }

    /// Lists the objects of a type with nothing but their metadata, which is much less to send and to read.
    ///
    /// - Parameters:
    ///   - mapping: The type.
    ///   - namespace: Where to look, `nil` for all namespaces and for types without them.
    ///   - selector: The labels that the objects must have.
    /// - Returns: The objects with `apiVersion` and `kind` of the type, and `metadata`.
    /// - Throws: As for a list of whole objects.
    public func listMetadata(
        _ mapping: ResourceMapping,
        namespace: String? = nil,
        selector: LabelSelector = .everything
    ) async throws -> ResourceList {
        try await list(mapping, namespace: namespace, selector: selector, content: .metadata)
    }

    /// Lists the objects of a type page by page, and makes of each what `reduce` says before the next page is asked for.
    ///
    /// - Parameters:
    ///   - mapping: The type.
    ///   - namespace: Where to look, `nil` for all namespaces and for types without them.
    ///   - selector: The labels that the objects must have.
    ///   - content: How much of each object is asked for.
    ///   - limit: How many objects a page has at most.
    ///   - reduce: Makes of each object what is kept of it, of which kind and name are a part.
    /// - Returns: The objects with `apiVersion` and `kind` filled in.
    /// - Throws: As for a list of whole objects.
    package func list(
        _ mapping: ResourceMapping,
        namespace: String?,
        selector: LabelSelector = .everything,
        content: ObjectContent,
        limit: Int = 500,
        reduce: (Value) -> Value = { $0 }
    ) async throws -> ResourceList {
        var call = try call(.list, mapping, namespace: namespace, name: nil)
        call.query = selector.query
        call.timeout = .seconds(60)
        call.acceptsCompression = true
        // A server that cannot leave the rest out sends whole objects.
        if content == .metadata {
            call.accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
        }
        return try await checkingThatServed(mapping) { [call] in
            for limit in [limit, nil] {
                do {
                    return try await self.pages(call, mapping, content, limit: limit, reduce)
                } catch let error as APIError where error.isExpired {}
            }
            return try await self.pages(call, mapping, content, limit: nil, reduce)
        }
    }

    private func pages(
        _ call: APICall,
        _ mapping: ResourceMapping,
        _ content: ObjectContent,
        limit: Int?,
        _ reduce: (Value) -> Value
    ) async throws -> ResourceList {
        var items: [LiveResource] = []
        var listed: String?
        var token = ""
        repeat {
            var page = call
            if let limit { page.query.append((name: "limit", value: "\(limit)")) }
            if !token.isEmpty { page.query.append((name: "continue", value: token)) }
            let answer = try value(of: try await send(page).body, page)
            let metadata = answer["metadata"]
            let version = metadata?["resourceVersion"]?.string ?? ""
            guard listed ?? version == version else {
                throw error(call, .expired(message: "its pages are of different versions"))
            }
            for item in try self.items(of: answer, call) {
                items.append(try resource(reduce(content == .whole ? item : mapping.metadataOnly(item)), mapping, call))
            }
            listed = version
            let next = metadata?["continue"]?.string ?? ""
            guard next.isEmpty || next != token else {
                throw error(call, .malformedAnswer("the list goes on with the same page again and again"))
            }
            token = next
        } while !token.isEmpty
        return ResourceList(items: items, resourceVersion: listed ?? "")
    }

    /// The items of a list, which are `null` when there are none.
    ///
    /// What is no list must not pass for an empty one: whoever deletes would believe that nothing is there.
    private func items(of answer: Value, _ call: APICall) throws(APIError) -> [Value] {
        let items = answer["items"]
        guard answer["kind"]?.string?.hasSuffix("List") == true, items == .null || items?.array != nil else {
            throw error(call, .malformedAnswer("the answer is no list"))
        }
        return items?.array ?? []
    }
}

/// How much of each object a list or a watch gives.
public enum ObjectContent: Sendable {
    /// Everything.
    case whole
    /// `apiVersion` and `kind` of the type, and `metadata`.
    case metadata
}

extension ResourceMapping {
    /// An object of this type without all but its metadata, however the server calls it.
    func metadataOnly(_ object: Value) -> Value {
        [
            "apiVersion": .string("\(groupVersionKind.groupVersion)"), "kind": .string(groupVersionKind.kind),
            "metadata": object["metadata"] ?? .null,
        ]
    }
}

extension APIError {
    /// Whether the server no longer remembers the version that was asked for.
    var isExpired: Bool {
        guard case .expired = reason else { return false }
        return true
    }
}

extension ClusterClient {
    /// A call for a type, a namespace or one object, refused when its path would be another one.
    func call(
        _ verb: APICall.Verb,
        _ mapping: ResourceMapping,
        namespace: String?,
        name: String?
    ) throws(APIError) -> APICall {
        let text = name.map { mapping.key(namespace: namespace, name: $0).shortDescription }
        let place = mapping.isNamespaced ? namespace.map { " in \"\($0)\"" } ?? "" : ""
        var call = APICall(
            verb,
            text ?? "\(mapping.resource)\(place)",
            path: mapping.path(namespace: namespace, name: name)
        )
        call.hidesValues = mapping.hidesValues
        call.timeout = requestTimeout
        call.place = APICall.Place(mapping, namespace: namespace)
        for segment in [namespace, name].compactMap({ $0 }) where !Self.isPathSegment(segment) {
            throw error(
                call,
                .badRequest("\"\(segment)\" cannot be a name: it is empty, a dot, or holds \"/\" or \"%\"")
            )
        }
        if name != nil, mapping.isNamespaced, namespace == nil {
            throw error(call, .badRequest("it has no namespace, and a \(mapping.groupVersionKind.kind) needs one"))
        }
        return call
    }

    /// The object in an answer.
    func resource(of body: [UInt8], _ mapping: ResourceMapping, _ call: APICall) throws -> LiveResource {
        try resource(try value(of: body, call), mapping, call)
    }

    /// An object of an answer; the items of a list do not say their kind.
    func resource(_ object: Value, _ mapping: ResourceMapping, _ call: APICall) throws -> LiveResource {
        var object = object
        if object["kind"] == nil { object["kind"] = .string(mapping.groupVersionKind.kind) }
        if object["apiVersion"] == nil {
            object["apiVersion"] = .string("\(mapping.groupVersionKind.groupVersion)")
        }
        guard let resource = LiveResource(object) else {
            throw error(call, .malformedAnswer("the answer is no object with a kind and a name"))
        }
        return resource
    }

    /// Whether a text may be one segment of a path.
    ///
    /// [Path segment names](https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names)
    private static func isPathSegment(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".."
            && !text.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }
    }
}

extension LabelSelector {
    /// The part of a query, empty for everything.
    var query: [(name: String, value: String)] {
        description.isEmpty ? [] : [(name: "labelSelector", value: description)]
    }
}
