/// Documents that follow from the served types, kept until the types change.
struct DocumentCache: Sendable {
    private var texts: [String: [UInt8]] = [:]
    private var changes = -1

    /// The document of a name, made only when it is not there.
    mutating func text(_ name: String, changes: Int, make: () -> [UInt8]) -> [UInt8] {
        if self.changes != changes {
            texts = [:]
            self.changes = changes
        }
        if let text = texts[name] { return text }
        let text = make()
        texts[name] = text
        return text
    }
}
