import Manifests

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
    /// The type and namespace that permissions are given for.
    var place: Place?
    /// How long the server may take; it is told so where it listens.
    var timeout: Duration? = Self.usualTimeout
    var acceptsCompression = false

    /// Path and query, percent-encoded.
    var pathAndQuery: String {
        var pairs = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        if let serverTimeout { pairs.append("timeout=\(serverTimeout)s") }
        return pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))"
    }

    /// The whole seconds after which the server is to give up, `nil` where it is not told.
    ///
    /// Not told for lists: they get as long as a server takes at most for anything, by default a minute.
    private var serverTimeout: Int64? {
        guard ![.discover, .list, .watch].contains(verb), let timeout, timeout >= .seconds(1) else { return nil }
        return timeout.components.seconds
    }

    /// How long we wait for the whole answer: a little longer than the server takes, so that its own words arrive.
    var patience: Duration? {
        serverTimeout == nil ? timeout : timeout.map { $0 + min($0, .seconds(4)) }
    }

    /// How long the server may take for a request of the usual kind, when nobody wants it otherwise.
    static let usualTimeout = Duration.seconds(30)

    init(_ verb: Verb, _ resource: String, path: String) {
        self.verb = verb
        self.resource = resource
        self.path = path
    }
}

extension APICall {
    /// What a role names to allow a request.
    struct Place: Sendable {
        let resource: GroupVersionResource
        /// Where, `nil` for types without namespaces.
        let scope: String?

        /// The place of a type, in a namespace or, with `nil`, in all of them.
        init(_ mapping: ResourceMapping, namespace: String?) {
            resource = mapping.resource
            scope = mapping.isNamespaced ? namespace.map { "namespace \($0)" } ?? "all namespaces" : nil
        }
    }

    /// What a role must allow, after a refusal for want of a role; `nil` when the refusal is about something else.
    ///
    /// The code and reason are the same for quotas, policies and namespaces that are going away; only the words of
    /// [an authorizer](https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go)
    /// name the user. They also name the verb, which is `create` when an apply finds no object.
    func grant(afterRefusal message: String) -> String? {
        guard let place, message.contains("User \""), let start = message.firstRange(of: "\" cannot ") else {
            return nil
        }
        let word = String(message[start.upperBound...].prefix { $0 != " " })
        let verb = Self.verbs.contains(word) ? word : requestVerb
        return "\(verb) on \(place.resource)" + (place.scope.map { " in \($0)" } ?? "")
    }

    private static let verbs: Set = ["get", "list", "watch", "create", "update", "patch", "delete"]

    private var requestVerb: String {
        switch verb {
        case .apply: "patch"
        case .replace: "update"
        default: verb.rawValue
        }
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
