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
    /// All requests there ever were, by verb, group and resource.
    private var counts: [String: Int] = [:]

    mutating func add(_ request: APIRequest, limit: Int) {
        let shape = RequestShape(request)
        let verb = Self.words[shape.verb] ?? shape.verb.rawValue.uppercased()
        counts["group=\"\(shape.group)\",resource=\"\(shape.resource)\",verb=\"\(verb)\"", default: 0] += 1
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

    /// What `/metrics` says of them: the name and some of the labels that
    /// [a real server](https://kubernetes.io/docs/reference/instrumentation/metrics/) has.
    var metrics: String {
        let name = "apiserver_request_total"
        let lines = counts.sorted { $0.key < $1.key }.map { "\(name){\($0.key)} \($0.value)\n" }
        return "# TYPE \(name) counter\n" + lines.joined()
    }

    /// The verbs that metrics call otherwise.
    private static let words: [Fault.Verb: String] = [.create: "POST", .update: "PUT", .discovery: "GET"]

    mutating func clear() {
        latest = []
    }
}
