import Manifests

extension Fault.Effect {
    /// The answer that takes the place of executing a request; `nil` when it is executed.
    func refusal(of request: APIRequest) -> APIResponse? {
        switch self {
        case .tooManyRequests(let seconds):
            // The filter that counts requests in flight answers without a status object.
            var response = APIResponse.text("Too many requests, please try again later.\n", code: 429)
            response.headers.append(("Retry-After", String(seconds)))
            return response
        case .status(let code, let reason, let message, let retryAfter):
            var status = APIStatus(code, reason, message, details: code == 504 ? [:] : nil)
            status.retryAfter = retryAfter
            return .refusal(status)
        case .failedWebhook(let name, let cause):
            guard request.isWrite else { return nil }
            let problem = "failed calling webhook \"\(name)\": \(cause)"
            let details: Mapping = ["causes": [["message": .string(problem)]]]
            let message = "Internal error occurred: \(problem)"
            return .refusal(APIStatus(500, "InternalError", message, details: details))
        case .webhookWithSideEffects(let name):
            guard request.isWrite, request.isDryRun else { return nil }
            return .refusal(.badRequest("admission webhook \"\(name)\" does not support dry run"))
        default: return nil
        }
    }
}

extension APIRequest {
    fileprivate var isWrite: Bool { !["GET", "HEAD"].contains(method) }

    /// Whether nothing shall be stored, by the query or by the options of a delete.
    fileprivate var isDryRun: Bool {
        if parameter("dryRun") == "All" { return true }
        guard method == "DELETE", let options = try? Value(json: body, file: "body") else { return false }
        return options["dryRun"]?.array?.contains("All") == true
    }
}
