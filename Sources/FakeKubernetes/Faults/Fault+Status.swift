/// Faults that answer with a status of a real server.
extension Fault {
    /// 503 Service Unavailable, as a server that is starting answers; `retryAfter` are the seconds of the header.
    package static func unavailable(
        verbs: Set<Verb> = [],
        resource: String? = nil,
        times: Int? = nil,
        retryAfter: Int? = nil
    ) -> Fault {
        let message = "the server is currently unable to handle the request"
        let effect = Effect.status(
            code: 503,
            reason: "ServiceUnavailable",
            message: message,
            retryAfter: retryAfter
        )
        return Fault(effect, verbs: verbs, resource: resource, times: times)
    }

    /// 500 Internal Error.
    package static func internalError(
        verbs: Set<Verb> = [],
        resource: String? = nil,
        times: Int? = nil
    ) -> Fault {
        let message = "Internal error occurred: injected"
        let effect = Effect.status(code: 500, reason: "InternalError", message: message)
        return Fault(effect, verbs: verbs, resource: resource, times: times)
    }

    private static let timeoutMessage = "Timeout: request did not complete within the allotted timeout"

    /// 504 Timeout: whether a write was executed is unknown to the client, here it was not.
    package static func timeout(
        verbs: Set<Verb> = [],
        resource: String? = nil,
        times: Int? = nil
    ) -> Fault {
        let effect = Effect.status(code: 504, reason: "Timeout", message: timeoutMessage)
        return Fault(effect, verbs: verbs, resource: resource, times: times)
    }

    /// 504 Timeout: whether a write was executed is unknown to the client, here it was.
    package static func timeoutAfter(
        verbs: Set<Verb> = [],
        resource: String? = nil,
        times: Int? = nil
    ) -> Fault {
        let effect = Effect.statusAfter(code: 504, reason: "Timeout", message: timeoutMessage)
        return Fault(effect, verbs: verbs, resource: resource, times: times)
    }

    /// 403 Forbidden, in the words of a missing role.
    package static func forbidden(
        verbs: Set<Verb> = [],
        resource: String? = nil,
        times: Int? = nil
    ) -> Fault {
        let what = resource ?? "resource"
        let message = "\(what) is forbidden: User \"fake-admin\" cannot do this to resource \"\(what)\""
        let effect = Effect.status(code: 403, reason: "Forbidden", message: message)
        return Fault(effect, verbs: verbs, resource: resource, times: times)
    }
}
