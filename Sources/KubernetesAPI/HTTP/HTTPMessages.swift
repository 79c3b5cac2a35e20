/// One header field as it goes over the wire.
struct HTTPHeader: Sendable, Hashable {
    let name: String
    let value: String
}

/// What to send, and the limits of the answer.
struct HTTPRequest: Sendable {
    var method: String
    var url: String
    var headers: [HTTPHeader] = []
    var body: [UInt8]?
    var connection: ConnectionSettings
    /// From the call to the last byte of the answer, `nil` for no limit; kept to a tenth of a second.
    var timeout: Duration?
    /// Whether sending it twice is the same as sending it once.
    var mayRepeat = true
    /// Whether the answer is read while it arrives, and perhaps never ends.
    var isStream = false
    var acceptsCompression = false
    /// The most bytes of an answer, after decompression; a stream has no such limit.
    var maximumBytes = 64 << 20
}

/// How to reach a server and prove who is who.
///
/// Two requests share a connection only when all of this is equal.
struct ConnectionSettings: Sendable {
    var certificateAuthority: [UInt8]?
    var clientCertificate: [UInt8]?
    var clientKey: [UInt8]?
    var skipsVerification = false
    var proxy: String?
    /// Where to connect when the name in the URL is only for TLS, as libcurl's `CONNECT_TO` wants it.
    var connectTo: String?
}

/// Status and headers of an answer.
struct HTTPHead: Sendable {
    var status: Int
    var headers: [HTTPHeader] = []

    /// The values of a header, whatever its case.
    func values(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name }.map(\.value)
    }
}

/// A whole answer.
struct HTTPResponse: Sendable {
    var head: HTTPHead
    var body: [UInt8]

    var status: Int { head.status }

    /// What the server warns of.
    var warnings: [String] { WarningHeader.texts(in: head.values("warning")) }
}

/// Why there is no answer.
enum HTTPFailure: Error, Hashable {
    /// Nobody takes connections at the address: refused, no route, unknown name.
    case unreachable(cause: String)
    /// Silence while connecting, for as long as we wait for that.
    case connectTimedOut
    /// The server could not be trusted, or refused us during the handshake.
    case tls(cause: String)
    /// The connection broke before the answer was whole; libcurl's code.
    case connectionLost(code: Int, cause: String)
    /// No whole answer in time.
    case timedOut(Duration?)
    /// The answer is larger than the limit, in bytes.
    case tooLarge(limit: Int)
    /// The engine is closed.
    case closed
    /// Anything else that libcurl reports.
    case other(code: Int, cause: String)
}
