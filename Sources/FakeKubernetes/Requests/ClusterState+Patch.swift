import Manifests

extension ClusterState {
    private static let applyType = "application/apply-patch+yaml"
    private static let mergeType = "application/merge-patch+json"
    private static let jsonType = "application/json-patch+json"
    private static let strategicType = "application/strategic-merge-patch+json"

    mutating func patch(_ target: ResourceTarget, _ request: APIRequest) throws(APIStatus) -> APIResponse {
        let options = try WriteOptions(request, kind: "PatchOptions", self.options.features)
        if request.contentType == Self.applyType { return try apply(target, request, options) }
        guard options.force == nil else {
            let problem = FieldProblem.forbidden("force", "may not be specified for non-apply patch")
            throw WriteOptions.invalid("PatchOptions", [problem])
        }
        let format = try ResponseFormat(request)
        let old = try require(target)
        if target.subresource == "scale" {
            let scale = try Scale.object(old, target)
            return try writeScale(try patched(scale, target, request, .named("Scale")), target, options)
        }
        let current = Presentation(target, .full).object(old)
        var object = try patched(current, target, request, target.type.schema(target.version))
        try checkIdentity(object, target)
        let patched = object
        guard object.uid.isEmpty || object.uid == old.uid else { throw .changedUID(object.uid, old, target) }
        object["kind"] = nil
        object["apiVersion"] = nil
        let warnings: [String]
        do {
            warnings = try TypedObject.normalize(&object, target, options)
        } catch {
            guard let problem = error.message.firstRange(of: ": json: ").map({ error.message[$0.upperBound...] }) else {
                throw error
            }
            throw .undecodable(patched, "json: \(problem)")
        }
        let updated = try modify(old, into: AutoscalerConversion.stored(object, target), target, options)
        var response = APIResponse.object(Presentation(target, format).object(updated))
        response.warnings = warnings
        return response
    }

    private func patched(
        _ current: Value,
        _ target: ResourceTarget,
        _ request: APIRequest,
        _ schema: Schema
    ) throws(APIStatus) -> Value {
        var accepted = [Self.jsonType, Self.mergeType, Self.applyType]
        if target.type.custom == nil { accepted.append(Self.strategicType) }
        guard accepted.contains(request.contentType) else {
            throw target.type.custom == nil || request.contentType != Self.strategicType
                ? .noRoute(415, "Unsupported Media Type", "UnsupportedMediaType") : .unsupportedMediaType(accepted)
        }
        let body: Value
        do {
            body = try Value(json: request.body, file: "body", limits: RequestBody.limits(for: request))
        } catch {
            try RequestBody.refuseRepeatedKey(error)
            throw .badRequest("error decoding patch: \(error)")
        }
        guard request.contentType != Self.jsonType else { return try JSONPatch.apply(body, to: current) }
        guard body.mapping != nil else { throw .badRequest("error decoding patch: a patch must be an object") }
        return request.contentType == Self.mergeType
            ? MergePatch.apply(body, to: current) : StrategicMergePatch.apply(body, to: current, schema)
    }

    /// A patch cannot change what an object is.
    private func checkIdentity(_ object: Value, _ target: ResourceTarget) throws(APIStatus) {
        let name = target.name ?? ""
        guard object.name == name else {
            throw .badRequest("the name of the object (\(object.name)) does not match the name on the URL (\(name))")
        }
        let namespace = target.namespace ?? ""
        guard object.namespace == namespace else {
            let problem =
                "the namespace of the object (\(object.namespace)) does not match the namespace on the request"
            throw .badRequest("\(problem) (\(namespace))")
        }
        guard object["kind"]?.string == target.type.kind, object["apiVersion"]?.string == target.apiVersion else {
            let (kind, apiVersion) = (object["kind"]?.string ?? "", object["apiVersion"]?.string ?? "")
            throw .undecodable(object, APIStatus.unregistered(kind, apiVersion))
        }
    }

    // MARK: Server-side apply

    private mutating func apply(
        _ target: ResourceTarget,
        _ request: APIRequest,
        _ options: WriteOptions
    ) throws(APIStatus) -> APIResponse {
        guard !(request.parameter("fieldManager") ?? "").isEmpty else {
            let problem = FieldProblem.required("fieldManager", "is required for apply patch")
            throw WriteOptions.invalid("PatchOptions", [problem])
        }
        let format = try ResponseFormat(request)
        let config = try configuration(target, request)
        let live = store[target.reference]
        if target.subresource == "scale", live != nil {
            try checkIsSameObject(config, live, target)
            return try applyScale(config, target, options)
        }
        if live == nil, target.subresource != nil { throw .notFound(target.groupResource, target.name ?? "") }
        try checkIsSameObject(config, live, target)
        let shown = live.map { AutoscalerConversion.shown($0, target.type, version: target.version) }
        let applied = try FieldOwnership(target, self.options.features).applying(
            config,
            to: shown,
            manager: options.manager,
            force: options.force ?? false
        )
        var object = applied.object
        var options = options
        options.managed = applied.managed
        options.validation = .ignore
        do {
            _ = try TypedObject.normalize(&object, target, options)
        } catch {
            throw APIStatus(500, "", "failed to convert new object to proper version: \(error.message)")
        }
        object = AutoscalerConversion.stored(object, target)
        if let live {
            let updated = try modify(live, into: object, target, options)
            return .object(Presentation(target, format).object(updated))
        }
        let created = try insert(object, target, options)
        return .object(Presentation(target, format).object(created), code: 201)
    }

    /// The body of an apply, checked, without its type and without what this path cannot write.
    private func configuration(_ target: ResourceTarget, _ request: APIRequest) throws(APIStatus) -> Value {
        var config: Value
        do {
            config = try RequestBody.node(request, kind: target.type.kind)
        } catch  where error.code == 501 {
            throw error
        } catch {
            throw .badRequest("error decoding YAML: \(error.message)")
        }
        if let managed = config["metadata"]?["managedFields"], !managed.isNull {
            throw .badRequest("metadata.managedFields must be nil")
        }
        let apiVersion = config["apiVersion"]?.string ?? ""
        guard apiVersion == target.bodyAPIVersion else {
            let problem = "Incorrect version specified in apply patch. Specified patch version: \(apiVersion)"
            throw .badRequest("\(problem), expected: \(target.bodyAPIVersion)")
        }
        let kind = config["kind"]?.string ?? ""
        guard kind == target.bodyKind else {
            let type = "\(target.bodyGroupVersion), Kind=\(kind)"
            throw APIStatus(500, "", "failed to create typed patch object: no corresponding type for \(type)")
        }
        try RequestBody.checkPlace(&config, target)
        config["kind"] = nil
        config["apiVersion"] = nil
        if target.type.hasStatus, target.subresource == nil { config["status"] = nil }
        let errors = TypedValidation.errors(config, target.bodySchema)
        guard !errors.isEmpty else { return config }
        let list =
            errors.count == 1 ? errors[0].text : "errors:\n" + errors.map { "  \($0.text)" }.joined(separator: "\n")
        let place = "\(target.namespace ?? "")/\(target.name ?? "")"
        let object = " (\(place); \(target.bodyGroupVersion), Kind=\(target.bodyKind))"
        let named = options.features.namesUntypedObjects ? object : ""
        throw APIStatus(500, "", "failed to create typed patch object\(named): \(list)")
    }

    private func checkIsSameObject(_ config: Value, _ live: Value?, _ target: ResourceTarget) throws(APIStatus) {
        let name = target.name ?? ""
        guard let live else {
            guard config.uid.isEmpty else {
                let problem =
                    "uid mismatch: the provided object specified uid \(config.uid), and no existing object was found"
                throw .conflict(target.groupResource, name, problem)
            }
            return
        }
        guard config.uid.isEmpty || config.uid == live.uid else {
            throw .changedUID(config.uid, live, target)
        }
        guard config.resourceVersion.isEmpty || config.resourceVersion == live.resourceVersion else {
            throw .modified(target.groupResource, name)
        }
    }
}
