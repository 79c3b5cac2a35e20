/// Where an API server is: the URL of a kubeconfig, in its parts.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// Whether the connection is encrypted.
    public let isSecure: Bool
    /// The name or address; an IPv6 address is in brackets.
    public let host: String
    /// The port, from 1 to 65535.
    public let port: Int
    /// What comes before every request path: empty, or a path that starts with a slash and does not end with one.
    public let pathPrefix: String

    /// Reads `https://host[:port][/prefix]` or the same with `http`; `nil` for anything else.
    public init?(_ text: String) {
        guard let (scheme, rest) = Self.split(text, at: "://"), rest.allSatisfy(Self.isAllowed) else { return nil }
        switch scheme.lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: return nil
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let path = rest[slash...]
        guard !path.contains("//"), let (host, port) = Self.authority(rest[..<slash]) else { return nil }
        self.host = host
        self.port = port ?? (isSecure ? 443 : 80)
        pathPrefix = path.hasSuffix("/") ? String(path.dropLast()) : String(path)
    }

    /// Host and port, as an error names the server: `127.0.0.1:6443`.
    public var authority: String { "\(host):\(port)" }

    /// The whole URL.
    public var description: String {
        "\(isSecure ? "https" : "http")://\(authority)\(pathPrefix)"
    }

    private static func authority(_ text: Substring) -> (String, Int?)? {
        let hostEnd =
            text.hasPrefix("[") ? text.firstIndex(of: "]").map { text.index(after: $0) } : text.firstIndex(of: ":")
        let host = text[..<(hostEnd ?? text.endIndex)]
        let rest = text[host.endIndex...]
        guard !host.isEmpty, host != "[]", host.hasPrefix("[") == host.hasSuffix("]") else { return nil }
        guard !rest.isEmpty, rest != ":" else { return (String(host), nil) }
        guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()), port > 0 else { return nil }
        return (String(host), Int(port))
    }

    private static func split(_ text: String, at separator: String) -> (Substring, Substring)? {
        guard let range = text.firstRange(of: separator) else { return nil }
        return (text[..<range.lowerBound], text[range.upperBound...])
    }

    /// No user information, query, fragment, blanks or control characters.
    private static func isAllowed(_ character: Character) -> Bool {
        guard let byte = character.asciiValue else { return false }
        return byte > 0x20 && byte < 0x7F && !"@?#\\\"<>^`{|}".contains(character)
    }
}
