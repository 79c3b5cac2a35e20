/// Something that goes wrong on purpose, for the requests that it names.
package struct Fault: Sendable, Hashable {
    /// What a request does, in the words of Kubernetes.
    package enum Verb: String, Sendable, CaseIterable {
        case get, list, watch, create, update, patch, delete, deletecollection
        /// Everything that is about no object: discovery, OpenAPI, version, health.
        case discovery
    }

    /// What happens.
    package enum Effect: Sendable, Hashable {
        /// The answer comes later, in milliseconds.
        case delay(Int)
        /// 429 with `Retry-After` in seconds; the request is not executed.
        case tooManyRequests(retryAfter: Int)
        /// A refusal with a status of the caller's choice; the request is not executed.
        case status(code: Int, reason: String, message: String)
        /// The connection breaks before the request is executed.
        case resetBefore
        /// The connection breaks after the request was executed, before its answer.
        case resetAfter
        /// No answer ever comes; the request is not executed.
        case stall
        /// The server answers and closes the connection for further requests, with GOAWAY on HTTP/2.
        case goAway
        /// A list gets 410 Expired; a watch gets it as an event, and ends.
        case expired
    }

    package var effect: Effect
    /// The verbs concerned; empty means all.
    package var verbs: Set<Verb>
    /// The plural name, such as `deployments` or `deployments/status`; `nil` means all.
    package var resource: String?
    /// The name of the object; `nil` means all.
    package var name: String?
    /// How many requests it hits; `nil` means until it is cleared.
    package var times: Int?

    package init(
        _ effect: Effect,
        verbs: Set<Verb> = [],
        resource: String? = nil,
        name: String? = nil,
        times: Int? = nil
    ) {
        self.effect = effect
        self.verbs = verbs
        self.resource = resource
        self.name = name
        self.times = times
    }

    /// 503 Service Unavailable, as a server that is starting answers.
    package static func unavailable(
        verbs: Set<Verb> = [],
        resource: String? = nil,
        times: Int? = nil
    ) -> Fault {
        let message = "the server is currently unable to handle the request"
        let effect = Effect.status(code: 503, reason: "ServiceUnavailable", message: message)
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

    /// 504 Timeout: whether a write was executed is unknown to the client, here it was not.
    package static func timeout(
        verbs: Set<Verb> = [],
        resource: String? = nil,
        times: Int? = nil
    ) -> Fault {
        let message = "Timeout: request did not complete within the allotted timeout"
        let effect = Effect.status(code: 504, reason: "Timeout", message: message)
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
