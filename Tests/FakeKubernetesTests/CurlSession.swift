import Manifests

@testable import FakeKubernetes

/// Sends single requests over the network with curl, as the administrator unless told otherwise.
struct CurlSession: Sendable {
    /// What came back.
    struct Answer: Sendable {
        let code: Int
        /// The head, as text in lower case.
        let headers: String
        /// The object, or the text of an answer that is none.
        let object: Value
    }

    let cluster: FakeCluster
    private let credentials: [String]

    init(_ cluster: FakeCluster) {
        self.cluster = cluster
        credentials = ["-H", "Authorization: Bearer \(cluster.token)"]
    }

    /// A session that shows these arguments of curl instead of a token.
    init(_ cluster: FakeCluster, credentials: [String]) {
        self.cluster = cluster
        self.credentials = credentials
    }

    /// Runs curl; its output begins with the head of the answer.
    func run(_ method: String, _ path: String, _ body: Value?, _ arguments: String...) async throws -> Tool.Outcome {
        try await run(method, path, body, arguments)
    }

    /// Sends a request and reads its answer.
    func send(_ method: String, _ path: String, _ body: Value? = nil, _ arguments: String...) async throws -> Answer {
        let outcome = try await run(method, path, body, arguments)
        let parts = outcome.output.split(separator: "\r\n\r\n", maxSplits: 1).map(String.init)
        let head = parts.first ?? ""
        let text = parts.count == 2 ? parts[1] : ""
        let code = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let object = (try? Value(json: Array(text.utf8), file: "answer")) ?? .string(text)
        return Answer(code: code, headers: head.lowercased(), object: object)
    }

    private func run(_ method: String, _ path: String, _ body: Value?, _ arguments: [String]) async throws
        -> Tool.Outcome
    {
        guard let tool = Tool.curl else { return Tool.Outcome(succeeded: false, output: "", errors: "") }
        let hasType = arguments.contains { $0.hasPrefix("Content-Type:") }
        let type = hasType ? [] : ["-H", "Content-Type: application/json"]
        let data = body.map { type + ["-d", $0.jsonText()] } ?? []
        let fixed = ["-s", "-i", "-k", "-m", "240", "-X", method]
        return try await tool.run(fixed + credentials + data + arguments + [cluster.server + path])
    }
}
