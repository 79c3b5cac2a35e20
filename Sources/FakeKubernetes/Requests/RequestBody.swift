import Manifests

/// Reading the object in the body of a request.
enum RequestBody {
    /// The object of a create or replace, in the stored form, after checking that it fits the path.
    static func object(_ request: APIRequest, _ target: ResourceTarget) throws(APIStatus) -> Value {
        var object = try decoded(request, target)
        try checkType(&object, target)
        try checkPlace(&object, target)
        return object
    }

    private static func decoded(_ request: APIRequest, _ target: ResourceTarget) throws(APIStatus) -> Value {
        switch request.contentType {
        case ProtobufBody.mediaType:
            if let object = ProtobufBody.object(request.body) { return object }
        case "", "application/json", "application/yaml", "text/plain", "application/x-www-form-urlencoded":
            return try node(request, kind: target.bodyKind)
        default: break
        }
        let always = ["application/json", "application/yaml"]
        throw .unsupportedMediaType(target.type.custom == nil ? always + [ProtobufBody.mediaType] : always)
    }

    /// The JSON or YAML of a body; of a key that stands twice the last value counts.
    static func node(_ request: APIRequest, kind: String) throws(APIStatus) -> Value {
        let (body, limits) = (request.body, limits(for: request))
        do {
            if body.first(where: { !" \n\r\t".utf8.contains($0) }) == UInt8(ascii: "{") {
                return try Value(json: body, file: "body", limits: limits)
            }
            let documents = try YAML.documents(in: body, file: "body", limits: limits)
            guard documents.count == 1, let value = documents.first?.value, value.mapping != nil else {
                throw APIStatus.badRequest("the object provided is unrecognized (must be of type \(kind))")
            }
            return value
        } catch let status as APIStatus {
            throw status
        } catch {
            try refuseRepeatedKey(error)
            let problem = "couldn't get version/kind; json parse error: \(error)"
            throw .badRequest("the object provided is unrecognized (must be of type \(kind)): \(problem)")
        }
    }

    /// What a body may hold: with `fieldValidation=Strict` no key may stand twice.
    static func limits(for request: APIRequest) -> ReadLimits {
        request.parameter("fieldValidation") == "Strict" ? .standard : .machineWritten
    }

    /// Real servers refuse a key that stands twice with the path of its field, which the readers do not tell.
    static func refuseRepeatedKey(_ error: any Error) throws(APIStatus) {
        guard case .duplicateKey? = (error as? ManifestError)?.reason else { return }
        throw .notModelled("the strict validation of a key that stands twice")
    }

    /// Takes `apiVersion` and `kind` off after comparing them with the path.
    private static func checkType(_ object: inout Value, _ target: ResourceTarget) throws(APIStatus) {
        if target.type.custom != nil, target.subresource != "scale" { try checkCustomType(object, target) }
        let kind = object["kind"]?.string ?? target.bodyKind
        let apiVersion = object["apiVersion"]?.string ?? target.bodyAPIVersion
        guard kind == target.bodyKind, apiVersion == target.bodyAPIVersion else {
            let version = apiVersion.split(separator: "/").last ?? ""
            let (expected, wanted) = (target.bodyKind, target.bodyAPIVersion)
            let problem = "\(kind) in version \"\(version)\" cannot be handled as a \(expected)"
            if target.type.custom != nil || BuiltInTypes.have(kind: kind, apiVersion: apiVersion) {
                let versions = "(\(apiVersion)) does not match the expected API version (\(wanted))"
                throw .badRequest(kind == expected ? "the API version in the data \(versions)" : problem)
            }
            throw .badRequest("\(problem): \(APIStatus.unregistered(kind, apiVersion))")
        }
        object["kind"] = nil
        object["apiVersion"] = nil
    }

    /// Custom objects must say what they are.
    private static func checkCustomType(_ object: Value, _ target: ResourceTarget) throws(APIStatus) {
        let kind = object["kind"]?.string ?? ""
        guard !kind.isEmpty else {
            let expected = target.bodyKind
            let problem = "\(expected) in version \"\(target.version)\" cannot be handled as a \(expected)"
            let text = object.jsonText()
            throw .badRequest("\(problem): unmarshalerDecoder: Object 'Kind' is missing in '\(text)'")
        }
        guard kind != target.bodyKind else { return }
        var type = target.type
        type.kind = kind
        throw .invalid(type, object.name, [.invalid("kind", "\"\(kind)\"", "must be \(target.bodyKind)")])
    }

    static func checkPlace(_ object: inout Value, _ target: ResourceTarget) throws(APIStatus) {
        guard object["metadata"] == nil || object["metadata"]?.mapping != nil || object["metadata"]?.isNull == true
        else {
            throw .badRequest(
                "\(target.type.kind) in version \"\(target.version)\" cannot be handled as a \(target.type.kind): metadata must be a mapping"
            )
        }
        if let name = target.name {
            let given = object.name
            guard !given.isEmpty else {
                let problem = "was undeterminable: name must be provided"
                throw .badRequest("the name of the object (\(name) based on URL) \(problem)")
            }
            guard given == name else {
                throw .badRequest("the name of the object (\(given)) does not match the name on the URL (\(name))")
            }
            object.setMetadata("name", .string(name))
        }
        let namespace = target.type.isNamespaced ? target.namespace : nil
        if let namespace, !object.namespace.isEmpty, object.namespace != namespace {
            throw .badRequest(
                target.name == nil
                    ? "the namespace of the provided object does not match the namespace sent on the request"
                    : "the namespace of the object (\(object.namespace)) does not match the namespace on the request"
                        + " (\(namespace))"
            )
        }
        object.setMetadata("namespace", namespace.map(Value.string))
    }
}
