import Manifests

/// A refusal in the words of the real server: the `Status` object that every failed request gets.
struct APIStatus: Error {
    var code: Int
    var reason: String
    var message: String
    var details: Mapping?
    /// The token of `metadata.continue`, for an expired list.
    var continueToken: String?
    /// Seconds to wait before the next try, also sent as a header.
    var retryAfter: Int?

    init(_ code: Int, _ reason: String, _ message: String, details: Mapping? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
    }

    /// The object as it goes over the wire.
    var object: Value {
        var metadata = Mapping()
        metadata["continue"] = continueToken.map(Value.string)
        var status: Mapping = [
            "kind": "Status", "apiVersion": "v1", "metadata": .mapping(metadata), "status": "Failure",
            "message": .string(message),
        ]
        if !reason.isEmpty { status["reason"] = .string(reason) }
        var details = details
        if let retryAfter {
            details = details ?? Mapping()
            details?["retryAfterSeconds"] = .int(retryAfter)
        }
        status["details"] = details.map(Value.mapping)
        status["code"] = .int(code)
        return .mapping(status)
    }
}

extension APIStatus {
    static func notFound(_ type: GroupResource, _ name: String) -> APIStatus {
        APIStatus(404, "NotFound", "\(type) \"\(name)\" not found", details: details(type, name))
    }

    static var noSuchResource: APIStatus {
        APIStatus(404, "NotFound", "the server could not find the requested resource", details: [:])
    }

    static var methodNotAllowed: APIStatus {
        let message = "the server does not allow this method on the requested resource"
        return APIStatus(405, "MethodNotAllowed", message, details: [:])
    }

    static func alreadyExists(_ type: GroupResource, _ name: String) -> APIStatus {
        APIStatus(409, "AlreadyExists", "\(type) \"\(name)\" already exists", details: details(type, name))
    }

    static func conflict(_ type: GroupResource, _ name: String, _ problem: String) -> APIStatus {
        let message = "Operation cannot be fulfilled on \(type) \"\(name)\": \(problem)"
        return APIStatus(409, "Conflict", message, details: details(type, name))
    }

    static func modified(_ type: GroupResource, _ name: String) -> APIStatus {
        let problem = "the object has been modified; please apply your changes to the latest version and try again"
        return conflict(type, name, problem)
    }

    /// The refusal of a write that names another object of the same name.
    static func otherUID(_ uid: String, _ object: Value, _ target: ResourceTarget) -> APIStatus {
        let key = ["/registry", target.type.plural, target.namespace ?? "", object.name].filter { !$0.isEmpty }
        let problem = "Precondition failed: UID in precondition: \(uid), UID in object meta: \(object.uid)"
        let error = "StorageError: invalid object, Code: 4, Key: \(key.joined(separator: "/")), ResourceVersion: 0"
        return conflict(target.groupResource, object.name, "\(error), AdditionalErrorMsg: \(problem)")
    }

    /// The refusal of a patch that names another object of the same name.
    static func changedUID(_ uid: String, _ object: Value, _ target: ResourceTarget) -> APIStatus {
        .invalid(target.type, object.name, [.invalid("metadata.uid", "\"\(uid)\"", "field is immutable")])
    }

    static func badRequest(_ message: String) -> APIStatus {
        APIStatus(400, "BadRequest", message)
    }

    static var unauthorized: APIStatus {
        APIStatus(401, "Unauthorized", "Unauthorized")
    }

    static func unsupportedMediaType(_ accepted: [String]) -> APIStatus {
        let list = accepted.joined(separator: ", ")
        let message = "the body of the request was in an unknown format - accepted media types include: \(list)"
        return APIStatus(415, "UnsupportedMediaType", message)
    }

    /// What the typed decoder says of a kind that it does not know.
    static func unregistered(_ kind: String, _ apiVersion: String) -> String {
        let scheme = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"
        return "no kind \"\(kind)\" is registered for version \"\(apiVersion)\" in scheme \"\(scheme)\""
    }

    /// The refusal of a media type that no route of the server takes or gives.
    static func noRoute(_ code: Int, _ text: String, _ reason: String) -> APIStatus {
        APIStatus(code, reason, "\(code): \(text)", details: [:])
    }

    /// The refusal of a patch whose result cannot be decoded.
    static func undecodable(_ patched: Value, _ problem: String) -> APIStatus {
        let message = "Invalid value: \(Value.string(patched.jsonText()).jsonText()): \(problem)"
        let cause: Value = ["reason": "FieldValueInvalid", "message": .string(message), "field": "patch"]
        return APIStatus(422, "Invalid", " \"\" is invalid: patch: \(message)", details: ["causes": [cause]])
    }

    static func notModelled(_ what: String) -> APIStatus {
        APIStatus(501, "NotImplemented", "the fake server does not model \(what)")
    }

    /// The refusal of a list of the future, such as after a restore of an older database.
    static func tooNew(_ version: Int, current: Int) -> APIStatus {
        let problem = "Too large resource version"
        let cause: Value = ["reason": "ResourceVersionTooLarge", "message": .string(problem)]
        let message = "Timeout: \(problem): \(version), current: \(current)"
        var status = APIStatus(504, "Timeout", message, details: ["causes": [cause]])
        status.retryAfter = 1
        return status
    }

    static func tooOld(_ message: String) -> APIStatus {
        APIStatus(410, "Expired", message)
    }

    /// The refusal of an object with wrong fields, every one of them a cause.
    static func invalid(_ type: ResourceType, _ name: String, _ problems: [FieldProblem]) -> APIStatus {
        let texts = problems.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }
        let text = texts.count == 1 ? texts.joined() : "[\(texts.joined(separator: ", "))]"
        let kind = type.group.isEmpty ? type.kind : "\(type.kind).\(type.group)"
        var details = Mapping()
        if !name.isEmpty { details["name"] = .string(name) }
        if !type.group.isEmpty { details["group"] = .string(type.group) }
        details["kind"] = .string(type.kind)
        details["causes"] = .array(
            problems.map {
                ["reason": .string($0.reason), "message": .string($0.message), "field": .string($0.field)]
            }
        )
        return APIStatus(422, "Invalid", "\(kind) \"\(name)\" is invalid: \(text)", details: details)
    }

    static func details(_ type: GroupResource, _ name: String) -> Mapping {
        var details = Mapping()
        if !name.isEmpty { details["name"] = .string(name) }
        if !type.group.isEmpty { details["group"] = .string(type.group) }
        details["kind"] = .string(type.resource)
        return details
    }
}
