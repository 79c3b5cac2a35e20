/// One HTTP request, complete, as the server understands it.
struct APIRequest: Sendable {
    let method: String
    /// The path without the query, still percent-encoded.
    let path: String
    /// The parameters in the order written, decoded.
    let query: [(name: String, value: String)]
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    /// Whether the sender may create what the path names, which an apply of something absent needs.
    var mayCreate = true

    init(method: String, target: String, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.method = method
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts.first.map(String.init) ?? "/"
        query = parts.count == 2 ? Self.parameters(parts[1]) : []
        self.headers = headers.map { (name: $0.0.lowercased(), value: $0.1) }
        self.body = body
    }

    /// The path, cut at its slashes and decoded.
    var segments: [String] {
        path.split(separator: "/").map { Self.decoded($0) }
    }

    /// The query as it was written, apart from the encoding of its characters.
    var queryText: String {
        query.map { $0.value.isEmpty ? $0.name : "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    func parameter(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// Whether a parameter is switched on, in any of the spellings that Go accepts.
    func flag(_ name: String) -> Bool {
        ["1", "true", "t", "True", "TRUE"].contains(parameter(name) ?? "")
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// The media type of the body, without its parameters.
    var contentType: String {
        let text = header("content-type")?.split(separator: ";").first ?? ""
        return text.filter { $0 != " " }.lowercased()
    }

    private static func parameters(_ text: Substring) -> [(name: String, value: String)] {
        text.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts.first.map { decoded($0, plusIsSpace: true) } ?? ""
            return (name, parts.count == 2 ? decoded(parts[1], plusIsSpace: true) : "")
        }
    }

    private static func decoded(_ text: Substring, plusIsSpace: Bool = false) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), rest.count >= 2, let code = UInt8(digits, radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") && plusIsSpace ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
