import Manifests

/// What an API server says when it refuses: the `Status` object.
///
/// [Kubernetes API conventions: response status kind](https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md)
public struct APIStatus: Sendable, Hashable {
    /// One cause of the refusal.
    public struct Cause: Sendable, Hashable {
        /// Such as `FieldManagerConflict` or `FieldValueInvalid`.
        public let reason: String
        /// The path of the field, such as `.spec.replicas`.
        public let field: String
        /// The server's words.
        public let message: String
    }

    /// The HTTP status code.
    public let code: Int
    /// Such as `NotFound`, empty when the server gives none.
    public let reason: String
    /// The server's words.
    public let message: String
    /// The plural name of the resource that the answer is about, such as `namespaces`; empty when not given.
    public let detailsKind: String
    /// The name of the object that the answer is about, empty when not given.
    public let detailsName: String
    /// The causes, in the server's order.
    public let causes: [Cause]
    /// When the server wants to be asked again, in seconds.
    public let retryAfterSeconds: Int?
    /// Whether the server sent a `Status`; a proxy, or an unserved path, sends something else.
    public let isStatusObject: Bool

    /// Reads a `Status` object, `nil` when the node is none; the code of the HTTP answer, where there is one, counts.
    init?(_ object: Value, code: Int? = nil) {
        guard object["kind"] == "Status", object["apiVersion"] == "v1" else { return nil }
        let details = object["details"]
        self.code = code ?? object["code"]?.int ?? 500
        reason = object["reason"]?.string ?? ""
        message = object["message"]?.string ?? ""
        detailsKind = details?["kind"]?.string ?? ""
        detailsName = details?["name"]?.string ?? ""
        causes = (details?["causes"]?.array ?? []).map { cause in
            Cause(
                reason: cause["reason"]?.string ?? "",
                field: cause["field"]?.string ?? "",
                message: cause["message"]?.string ?? ""
            )
        }
        retryAfterSeconds = details?["retryAfterSeconds"]?.int
        isStatusObject = true
    }

    /// Makes a status of an answer: of its body when that is one, else of the code and the beginning of the text.
    init(body: [UInt8], code: Int) {
        if let object = try? Value(json: body, file: "answer"), let status = APIStatus(object, code: code) {
            self = status
            return
        }
        self.code = code
        reason = ""
        message = String(decoding: body.prefix(2048), as: UTF8.self).onOneLine()
        detailsKind = ""
        detailsName = ""
        causes = []
        retryAfterSeconds = nil
        isStatusObject = false
    }
}
