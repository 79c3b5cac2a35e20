/// Why a cluster did not do what we asked, in one line: where, what, and what to do.
public struct APIError: Error, Hashable {
    /// What went wrong.
    public enum Reason: Sendable, Hashable {
        /// The server knows no such object.
        case notFound(message: String)
        /// The namespace that the object should go to does not exist.
        case namespaceNotFound(String)
        /// The server does not serve this path; the answer is no `Status`.
        case notServed
        /// Discovery has no such kind.
        case noMatch(kind: String, apiVersion: String)
        /// A group version could not be discovered, so nothing is known of its kinds.
        case discoveryIncomplete(groupVersion: String, cause: String)
        /// The request cannot be sent as it is.
        case badRequest(String)
        /// There is such an object already.
        case alreadyExists
        /// Others own fields that the manifest sets.
        case fieldConflicts([FieldConflict])
        /// The object changed between reading and writing.
        case modified(message: String)
        /// The object was deleted and another one has its name now.
        case uidMismatch
        /// A list or watch is older than what the server remembers.
        case expired(message: String)
        /// The server does not know who we are.
        case unauthorized(message: String)
        /// The server knows who we are, and refuses; with what a role must grant, when it is for want of one.
        case forbidden(message: String, grant: String? = nil)
        /// The object breaks a rule of its type or of the cluster, or the request cannot be read; with what helps, if known.
        case invalid(code: Int, message: String, remedy: String? = nil)
        /// A webhook cannot tell what it would do, so that there is no dry run; says nothing about the manifest.
        case dryRunUnsupported(message: String)
        /// A field cannot be changed as long as the object lives.
        case immutable(message: String)
        /// Deleting the object would destroy what cannot be made again, and nobody has allowed that.
        case destructive(String)
        /// The object does not go, because of these finalizers where there are any.
        case stillTerminating(after: Duration, finalizers: [String])
        /// Any other refusal.
        case status(code: Int, reason: String, message: String)
        /// Nobody answers at the address.
        case unreachable(address: String, cause: String)
        /// The server cannot be trusted, or does not trust us.
        case tls(address: String, cause: String)
        /// The connection broke, and trying again did not help.
        case connectionLost(address: String, cause: String)
        /// No answer in time.
        case timedOut(address: String, after: Duration?)
        /// The answer is larger than we take, in bytes.
        case tooLarge(limit: Int)
        /// The answer is not what the API promises.
        case malformedAnswer(String)
        /// Our own credentials cannot be used.
        case credentials(String)
        /// The engine was closed.
        case engineClosed
    }

    /// The name of the deploy target.
    public let target: String
    /// What we did: `get`, `list`, `watch`, `apply`, `create`, `replace`, `delete`, `discover`.
    public let verb: String
    /// What we did it to, such as `Deployment/shop/orders` or `deployments.apps`.
    public let resource: String
    /// What went wrong.
    public let reason: Reason

    /// An error with its place.
    public init(target: String, verb: String, resource: String, reason: Reason) {
        self.target = target
        self.verb = verb
        self.resource = resource
        self.reason = reason
    }
}

extension APIError: CustomStringConvertible {
    /// Where, what failed, and what to do about it, in one line.
    public var description: String {
        "\(target): \(verb) \(resource): \(reason.text)"
    }
}

extension APIError {
    /// The same place with another reason.
    init(_ error: APIError, reason: Reason) {
        self.init(target: error.target, verb: error.verb, resource: error.resource, reason: reason)
    }

    /// Whether the server says that there is no such object.
    public var isNotFound: Bool {
        guard case .notFound = reason else { return false }
        return true
    }

    /// Whether the cluster may well answer the next time: nobody there, a broken connection, silence, overload.
    public var isTransient: Bool {
        switch reason {
        case .unreachable, .connectionLost, .timedOut: true
        case .status(let code, _, _): code == 429 || (code >= 500 && code != 501)
        default: false
        }
    }
}

extension APIError.Reason {
    var text: String {
        switch self {
        case .notFound, .alreadyExists, .fieldConflicts, .modified, .uidMismatch, .expired, .unauthorized, .forbidden,
            .invalid, .dryRunUnsupported, .immutable, .status, .namespaceNotFound:
            refusal
        case .destructive(let loss):
            "deleting it destroys \(loss); allow that with the annotation "
                + "pipecd.dev/allow-destructive-replace: \"true\", or replace it by hand"
        case .stillTerminating(let deadline, let finalizers):
            "it is still there \(deadline) after its deletion"
                + (finalizers.isEmpty ? "" : ", held by \(finalizers.joined(separator: ", "))")
        case .notServed: "the server does not serve this API; is its definition installed there"
        case .noMatch(let kind, let apiVersion):
            "no matches for kind \"\(kind)\" in version \"\(apiVersion)\"; is its definition installed in this cluster"
        case .discoveryIncomplete(let groupVersion, let cause):
            "\(groupVersion) cannot be discovered: \(cause)"
        case .badRequest(let text), .malformedAnswer(let text), .credentials(let text): text
        case .unreachable(let address, let cause): "cannot reach \(address): \(cause)"
        case .tls(let address, let cause): "no trusted connection to \(address): \(cause)"
        case .connectionLost(let address, let cause): "the connection to \(address) broke: \(cause)"
        case .timedOut(let address, let limit):
            "no answer from \(address)" + (limit.map { " within \($0.wholeMilliseconds / 1000) s" } ?? " in time")
        case .tooLarge(let limit): "the answer is larger than \(limit >> 20) MiB"
        case .engineClosed: "the client is shutting down"
        }
    }

    private var refusal: String {
        switch self {
        case .notFound(let message): message.isEmpty ? "not found" : message
        case .namespaceNotFound(let name):
            "namespace \"\(name)\" does not exist; create it, or set input.autoCreateNamespace: true"
        case .alreadyExists: "it exists already"
        case .fieldConflicts(let conflicts):
            conflicts.text
        case .modified(let message): "it was changed meanwhile: \(message)"
        case .uidMismatch: "it was replaced by another object of the same name"
        case .expired(let message): "the server no longer remembers this version: \(message)"
        case .unauthorized(let message): "the server does not accept our credentials: \(message)"
        case .forbidden(let message, let grant): "not allowed: \(message)" + (grant.map { "; grant \($0)" } ?? "")
        case .invalid(_, let message, let remedy):
            "the server finds it invalid: \(message)" + (remedy.map { "; \($0)" } ?? "")
        case .dryRunUnsupported(let message): "there is no dry run of it: \(message)"
        case .immutable(let message):
            "\(message); to delete it and create it anew, set the annotation "
                + "pipecd.dev/force-sync-by-replace: enabled"
        case .status(let code, let reason, let message):
            ["the server answered \(code)", reason].filter { !$0.isEmpty }.joined(separator: " ") + ": \(message)"
        default: ""
        }
    }
}
