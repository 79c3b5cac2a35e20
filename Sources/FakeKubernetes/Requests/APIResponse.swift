import Manifests

/// The answer to one request.
struct APIResponse: Sendable {
    /// What follows the headers.
    enum Body: Sendable {
        case object(Value)
        case text([UInt8])
        /// Events come until the watch ends; they go through the sink of the request.
        case events(id: Int, seconds: Int?)
    }

    var code = 200
    var contentType = "application/json"
    var headers: [(name: String, value: String)] = []
    var body: Body
    /// Texts of `Warning` headers.
    var warnings: [String] = []

    init(code: Int = 200, _ body: Body) {
        self.code = code
        self.body = body
    }

    static func object(_ object: Value, code: Int = 200) -> APIResponse {
        APIResponse(code: code, .object(object))
    }

    static func text(_ text: String, code: Int = 200) -> APIResponse {
        var response = APIResponse(code: code, .text(Array(text.utf8)))
        response.contentType = "text/plain; charset=utf-8"
        return response
    }

    static func refusal(_ status: APIStatus) -> APIResponse {
        var response = APIResponse.object(status.object, code: status.code)
        if let seconds = status.retryAfter { response.headers.append(("Retry-After", String(seconds))) }
        return response
    }
}
