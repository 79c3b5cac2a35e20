/// Where piped serves its plugins: `HOST:PORT`.
package struct PipedAddress: Sendable, Hashable {
    /// The name or the address of the host; an IPv6 address without its brackets.
    package let host: String
    /// The TCP port.
    package let port: Int

    /// Reads `localhost:9087` or `[::1]:9087`; `nil` for anything else.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "/" }) else { return nil }
        self.host = String(host)
        self.port = port
    }
}

extension PipedAddress: CustomStringConvertible {
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
