package import Manifests

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
        /// The request is executed when the cluster is told to let go of it.
        case hold
        /// 429 in plain text with `Retry-After` in seconds; the request is not executed.
        case tooManyRequests(retryAfter: Int)
        /// A refusal with a status of the caller's choice; the request is not executed.
        case status(code: Int, reason: String, message: String, retryAfter: Int? = nil)
        /// The request is executed, and then answered with a status of the caller's choice.
        case statusAfter(code: Int, reason: String, message: String)
        /// The connection breaks before the request is executed.
        case resetBefore
        /// The connection breaks after the request was executed, before its answer.
        case resetAfter
        /// No answer ever comes; the request is not executed.
        case stall
        /// The request is executed; after the head of its answer nothing more comes.
        case stallAfterHead
        /// The request is executed; after half of its answer, or of the first event of a watch, nothing more comes.
        case stallInBody
        /// The request is executed; after half of its answer, or of the first event of a watch, the connection breaks.
        case cutInBody
        /// The server answers this request and those before it on the connection, and takes no further ones.
        ///
        /// On HTTP/2 it says so with GOAWAY and the number of the last stream that it answers, as Go's server does.
        case goAway
        /// A list gets 410 Expired; a watch gets it as an event, and ends.
        case expired
        /// A webhook with this name cannot be called, for this cause; a write is refused with 500, a read is not.
        case failedWebhook(String, cause: String)
        /// A webhook with this name has side effects: a dry run is refused with 400, everything else is executed.
        case webhookWithSideEffects(String)
        /// Other requests are executed first, with all that follows from them, and then this one.
        ///
        /// With this an object changes, or goes and comes back, between a client's look at it and its write.
        case precededBy([OtherRequest])
    }

    /// A request of somebody else, an administrator.
    package struct OtherRequest: Sendable, Hashable {
        package var method: String
        /// The path of the URL, with its query.
        package var target: String
        package var body: Value?
        package var contentType: String

        package init(
            _ method: String,
            _ target: String,
            _ body: Value? = nil,
            contentType: String = "application/json"
        ) {
            self.method = method
            self.target = target
            self.body = body
            self.contentType = contentType
        }
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
}
