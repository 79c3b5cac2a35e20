/// A password or token, which no text, dump or log shows.
public struct Password: Sendable, Hashable {
    /// The password itself, for the one who asks for it; it never belongs into a text.
    public let secret: String

    /// A password.
    public init(_ secret: String) {
        self.secret = secret
    }
}

extension Password: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Words in the place of the password.
    public var description: String { "(hidden)" }

    /// Words in the place of the password.
    public var debugDescription: String { description }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
