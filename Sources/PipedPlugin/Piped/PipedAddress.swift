/// Where piped listens for its plugins.
package struct PipedAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or a numeric address, IPv6 without brackets.
    package let host: String
    /// The TCP port.
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, an IPv6 address in brackets; `nil` when it is none.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, !host.contains(where: { "[]/".contains($0) || $0.isWhitespace }) else { return nil }
        self.init(host: String(host), port: Int(port))
    }

    /// The form that is read.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
