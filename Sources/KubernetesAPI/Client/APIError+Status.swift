extension APIError.Reason {
    /// Decides what a refusal means, by code, reason and causes.
    ///
    /// With `hidesValues` the server's words may hold values of a Secret; only what cannot is then shown. Reading never
    /// misses the namespace of an object, only the object itself, which may be a namespace.
    init(_ status: APIStatus, hidesValues: Bool, readsOnly: Bool = false) {
        let message = hidesValues ? status.messageWithoutValues : status.shortMessage.onOneLine()
        self =
            switch (status.code, status.reason) {
            case (404, _): Self.missing(status, message, readsOnly: readsOnly)
            case (409, "AlreadyExists"): .alreadyExists
            case (409, _): Self.conflict(status, message)
            case (410, _): .expired(message: message)
            case (401, _): .unauthorized(message: message)
            case (403, _): .forbidden(message: message)
            case (400, _) where status.isAboutDryRun: .dryRunUnsupported(message: message)
            case (422, _) where status.isAboutImmutableField: .immutable(message: message)
            case (400, _), (422, _): .invalid(code: status.code, message: message)
            case (500, _) where status.isTypeError: .invalid(code: 500, message: message)
            default: .status(code: status.code, reason: status.reason, message: message)
            }
    }

    private static func missing(_ status: APIStatus, _ message: String, readsOnly: Bool) -> Self {
        guard status.isStatusObject else { return .notServed }
        // An unserved path is a Status too on newer servers, but then it names no object.
        guard !(status.detailsName.isEmpty && status.detailsKind.isEmpty) else { return .notServed }
        if status.detailsKind == "namespaces", !readsOnly { return .namespaceNotFound(status.detailsName) }
        return .notFound(message: message)
    }

    private static func conflict(_ status: APIStatus, _ message: String) -> Self {
        let conflicts = status.causes.compactMap { FieldConflict($0) }
        guard conflicts.isEmpty else { return .fieldConflicts(conflicts) }
        // The server gives no code of its own for a UID precondition that does not hold.
        let words = ["the UID in the precondition", "Precondition failed: UID in precondition"]
        guard !words.contains(where: { status.message.contains($0) }) else { return .uidMismatch }
        return .modified(message: message)
    }
}

extension APIStatus {
    /// Whether server-side apply found a field of the wrong type, which old servers call an internal error.
    ///
    /// They give no reason, so the text has to decide.
    var isTypeError: Bool {
        code == 500
            && ["failed to create typed patch object", "failed to convert"].contains { message.hasPrefix($0) }
    }

    /// Whether a write was not executed because a webhook did not answer.
    ///
    /// [Failure policy](https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy)
    var isWebhookFailure: Bool {
        code == 500 && reason == "InternalError" && message.contains("failed calling webhook")
    }

    /// Whether a webhook has effects that it cannot leave out, so that the server does not ask it in a dry run.
    ///
    /// [Side effects](https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#side-effects);
    /// the reason is `BadRequest`, as for a broken manifest, so the text has to decide.
    var isAboutDryRun: Bool {
        message.hasPrefix("admission webhook ") && message.hasSuffix("does not support dry run")
    }

    /// Whether a Deployment has numbers for rolling updates and another strategy.
    ///
    /// When the manifest does not have them, they are defaults of an earlier version: nobody owns those, so that no apply
    /// takes them away.
    var isAboutOtherStrategy: Bool {
        code == 422 && reason == "Invalid"
            && causes.contains { $0.reason == "FieldValueForbidden" && $0.field == "spec.strategy.rollingUpdate" }
    }

    /// What helps an apply that fails because of `isAboutOtherStrategy`.
    static let strategyRemedy =
        "where the manifest does not set it, it is left from the strategy before, and only a replace takes it away: "
        + "set the annotation pipecd.dev/sync-by-replace: enabled for one deployment"

    /// Whether somebody tried to change what can only be set once.
    var isAboutImmutableField: Bool {
        ([message] + causes.map(\.message)).contains(where: Self.saysImmutable)
    }

    /// The message when it holds no value of the object, else only which fields are wrong, or who refused it.
    var messageWithoutValues: String {
        // What follows are the words of a webhook or a policy, which has seen the object.
        if let denial = ["denied the request", "denied request"].compactMap({ message.firstRange(of: $0) }).first {
            return "\(message[..<denial.upperBound])".onOneLine() + " (details are hidden: a Secret)"
        }
        guard ![401, 403, 404, 409, 429].contains(code) || !isStatusObject else { return message.onOneLine() }
        let fields = causes.map(\.field).filter { !$0.isEmpty }
        return fields.isEmpty
            ? "refused (details are hidden: a Secret)" : "refused because of \(fields.joined(separator: ", "))"
    }
}

extension APIError {
    /// What a broken exchange means.
    init(_ failure: HTTPFailure, of call: APICall, target: String, address: String) {
        let reason: Reason =
            switch failure {
            case .unreachable(let cause): .unreachable(address: address, cause: cause)
            case .connectTimedOut: .unreachable(address: address, cause: "connection timed out")
            case .tls(let cause): .tls(address: address, cause: cause)
            case .connectionLost(_, let cause), .other(_, let cause): .connectionLost(address: address, cause: cause)
            case .timedOut(let limit): .timedOut(address: address, after: limit)
            case .tooLarge(let limit): .tooLarge(limit: limit)
            case .closed: .engineClosed
            }
        self.init(target: target, verb: call.verb.rawValue, resource: call.resource, reason: reason)
    }
}
