/// What a word of a status means, such as the phase `Failed`, the state `CREATING` or the reason `ImportInProgress`.
///
/// Controllers choose their words freely, but from a small vocabulary. A word outside of it says nothing.
enum StatusWord {
    /// What a text of few words says, `nil` when nobody can tell.
    static func status(of text: String) -> Health.Status? {
        let words = parts(of: text)
        guard let last = words.last else { return nil }
        let all = Set(words)
        if all == ["missing"] || words == ["not", "found"] || last == "notfound" { return .missing }
        if !failure.isDisjoint(with: all) { return .degraded }
        if !negations.isDisjoint(with: all) { return .progressing }
        if !pause.isDisjoint(with: all) { return .suspended }
        if all.contains(where: isUnderWay) { return .progressing }
        return good.contains(last) ? .healthy : nil
    }

    /// The words of a text in CamelCase, snake_case or any other way to join them, in lower case.
    ///
    /// A capital begins a word unless it goes on with an acronym: `DNSReady` is two words. Only the first six: what is
    /// longer is a sentence, and begins with what it is about.
    static func parts(of text: String) -> [String] {
        var parts: [String] = []
        var current: [UInt8] = []
        var wasUpper = false
        let bytes = Array(text.utf8.prefix(81))
        for (index, byte) in bytes.enumerated().prefix(80) {
            let isUpper = (65...90).contains(byte)
            let isPart = isUpper || (97...122).contains(byte) || (48...57).contains(byte) || byte >= 0x80
            let endsAcronym = isUpper && index + 1 < bytes.count && (97...122).contains(bytes[index + 1])
            if !isPart || (isUpper && !wasUpper) || endsAcronym, !current.isEmpty {
                parts.append(String(decoding: current, as: UTF8.self))
                current.removeAll(keepingCapacity: true)
            }
            if isPart { current.append(isUpper ? byte | 0x20 : byte) }
            wasUpper = isUpper
        }
        if !current.isEmpty { parts.append(String(decoding: current, as: UTF8.self)) }
        return Array(parts.prefix(6))
    }

    /// Whether something goes on that has an end.
    static func isUnderWay(_ word: String) -> Bool {
        word.hasSuffix("ing") && !steady.contains(word) || transient.contains(word)
    }

    /// Words for what does not pass by itself.
    static let failure: Set = [
        "aborted", "broken", "conflict", "conflicted", "crashed", "degraded", "denied", "errored", "error", "errors",
        "exceeded", "fail", "failed", "failing", "failure", "invalid", "lost", "red", "rejected", "stalled", "terminal",
        "timeout", "unhealthy", "unreachable", "warning",
    ]

    /// Words that turn the meaning of the others round.
    static let negations: Set = ["no", "not", "un"]

    private static let steady: Set = ["existing", "listening", "missing", "running", "serving", "streaming"]

    private static let pause: Set = ["disabled", "hibernated", "paused", "stopped", "suspended"]

    /// Words for what passes, beside those that end in "ing".
    private static let transient: Set = ["inprogress", "progress", "queued", "scheduled", "submitted", "yellow"]

    private static let good: Set = [
        "accepted", "active", "applied", "available", "bound", "complete", "completed", "compliant", "created",
        "deployed", "established", "exists", "green", "healthy", "initialized", "installed", "normal", "ok", "online",
        "operational", "ready",
        "reconciled", "registered", "running", "succeeded", "success", "successful", "synced", "valid",
    ]
}
