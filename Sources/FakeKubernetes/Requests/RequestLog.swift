/// One request that a cluster received.
package struct RecordedRequest: Sendable, Hashable, CustomStringConvertible {
    package let method: String
    package let path: String
    /// The parameters, decoded, as one text.
    package let query: String
    package let userAgent: String
    package let contentType: String

    package var description: String { query.isEmpty ? "\(method) \(path)" : "\(method) \(path)?\(query)" }
}

/// The latest requests of a cluster.
struct RequestLog: Sendable {
    private(set) var latest: [RecordedRequest] = []

    mutating func add(_ request: APIRequest, limit: Int) {
        if latest.count >= max(1, 2 * limit) { latest.removeFirst(latest.count - limit) }
        latest.append(
            RecordedRequest(
                method: request.method,
                path: request.path,
                query: request.queryText,
                userAgent: request.header("user-agent") ?? "",
                contentType: request.contentType
            )
        )
    }

    mutating func clear() {
        latest = []
    }
}
