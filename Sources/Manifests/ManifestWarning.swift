/// Something in a text that is read, but perhaps not as it was meant.
public struct ManifestWarning: Sendable, Hashable, CustomStringConvertible {
    /// What to look at, in one line.
    public let text: String
    /// Where, when known.
    public let position: SourcePosition?

    /// A warning with what is known of its place.
    public init(_ text: String, position: SourcePosition? = nil) {
        self.text = text
        self.position = position
    }

    /// Where, and what to look at, in one line.
    public var description: String {
        (position.map { "\($0): \(text)" } ?? text).inOneLine(limit: 4096)
    }
}
