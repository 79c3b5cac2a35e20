/// One request to an API server, before server address and credentials are added.
struct APICall: Sendable {
    enum Verb: String, Sendable {
        case discover, get, list, watch, apply, create, replace, delete
    }

    let verb: Verb
    /// What an error calls it, such as `Deployment/shop/orders`.
    let resource: String
    var method = "GET"
    var path: String
    var query: [(name: String, value: String)] = []
    var body: [UInt8]?
    var contentType: String?
    var accept = "application/json"
    /// Whether sending it twice is the same as sending it once.
    var isIdempotent = true
    /// Whether it is about Secrets, whose values no error may show.
    var hidesValues = false
    var timeout: Duration? = .seconds(30)
    var acceptsCompression = false

    /// Path and query, percent-encoded.
    var pathAndQuery: String {
        guard !query.isEmpty else { return path }
        let pairs = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        return "\(path)?\(pairs.joined(separator: "&"))"
    }

    init(_ verb: Verb, _ resource: String, path: String) {
        self.verb = verb
        self.resource = resource
        self.path = path
    }
}

/// [Percent-encoding](https://www.rfc-editor.org/rfc/rfc3986#section-2.1) of everything that is not unreserved.
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// The text as it may stand in a path segment, a query or a header name.
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
