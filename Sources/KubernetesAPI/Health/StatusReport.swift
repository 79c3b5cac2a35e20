import Manifests

/// What one controller says of an object: the status itself, or one of the parts into which some statuses are split.
struct StatusReport {
    private let fields: Value
    private let kind: String
    private let conditions: [Condition]
    private let hasStaleCondition: Bool
    /// The words of the status, by their field: `phase` and the like, or without a summary also such as `connectorState`.
    private let words: [(field: String, text: String)]

    /// Takes a status, or a part of it that has conditions of its own.
    ///
    /// - Parameters:
    ///   - fields: The mapping with `conditions`, `phase` and so on.
    ///   - kind: The kind of the object.
    ///   - generation: The generation of the object; conditions made for an earlier one count as not made yet.
    init(_ fields: Value, kind: String, generation: Int?) {
        self.fields = fields
        self.kind = kind
        let all = (fields["conditions"]?.array ?? []).compactMap { Condition($0) }
        conditions = all.filter { !$0.isStale(generation) }
        words = Self.words(of: fields, isSummedUp: conditions.contains(where: \.isSummary))
        hasStaleCondition = all.contains { $0.isStale(generation) && ($0.isSummary || $0.meaning == .achieved) }
    }

    /// Whether there is a phase or something like it.
    var hasWords: Bool { !words.isEmpty }

    /// The worst of what it says, `nil` when nothing of it can be used.
    var health: Health? {
        failure ?? pause ?? activity ?? incompleteness ?? success
    }
}

extension StatusReport {
    /// The conditions that decide: the one that sums up, or all that tell of something achieved.
    private var achievements: [Condition] {
        let all = conditions.filter { $0.meaning == .achieved }
        guard all.contains(where: \.isSummary) else { return all }
        return all.filter { $0.isSummary || ["Synced", "Healthy"].contains($0.type) }
    }

    private var isSummedUp: Bool { conditions.contains(where: \.isSummary) }

    private static func words(of fields: Value, isSummedUp: Bool) -> [(field: String, text: String)] {
        (fields.mapping ?? [:]).compactMap { member in
            let parts = StatusWord.parts(of: member.key)
            guard let last = parts.last, ["phase", "state", "health", "status"].contains(last),
                parts.count == 1 || (!isSummedUp && parts.first != "desired"),
                let text = member.value.string ?? (parts.count > 1 ? member.value["state"]?.string : nil)
            else { return nil }
            return (member.key, text)
        }
    }

    private func word(_ status: Health.Status) -> String? {
        words.first { meaning(of: $0.text) == status }.map { sentence($0.field, $0.text) }
    }

    /// A task that is running is on its way, whereas a server that is running is well.
    private func meaning(of text: String) -> Health.Status? {
        guard text.lowercased() == "running" else { return StatusWord.status(of: text) }
        return StatusWord.parts(of: kind).last.map(Self.tasks.contains) ?? false ? .progressing : .healthy
    }

    private static let tasks: Set = ["backup", "job", "restore", "run", "snapshot", "task", "volume", "workflow"]

    /// A field with a word, and what the status says about it.
    private func sentence(_ field: String, _ text: String) -> String {
        let more = ["message", "errorMessage", "error", "reason", "description"]
            .compactMap { fields[$0]?.string }.first { !$0.isEmpty }
        return "\(field) is \(text)\(more.map { ": \($0)" } ?? "")".onOneLine()
    }
}

extension StatusReport {
    /// Why waiting is in vain, of a status that says so as a whole and in plain words: what is only tried again, or about
    /// a part, does not count.
    var finalFailure: String? {
        let isFinal = { (text: String) in
            let parts = StatusWord.parts(of: text)
            return parts.last.map(Self.finalWords.contains) ?? false && StatusWord.negations.isDisjoint(with: parts)
        }
        let isWhole = { (name: String) in StatusWord.parts(of: name).count == 1 }
        if let trouble = conditions.first(where: { $0.isTrue && isWhole($0.type) && isFinal($0.type) }) {
            return trouble.text
        }
        if let word = words.first(where: { isWhole($0.field) && isFinal($0.text) }) {
            return sentence(word.field, word.text)
        }
        return conditions.first { ["Synced", "Healthy"].contains($0.type) && $0.isFalse && isFinal($0.reason) }?.text
    }

    private static let finalWords: Set = ["degraded", "failed", "invalid", "rejected"]

    private var failure: Health? {
        if let trouble = conditions.first(where: { $0.isTrue && $0.meaning == .trouble }) {
            return Health(.degraded, trouble.text)
        }
        if let word = word(.degraded) { return Health(.degraded, word) }
        let texts = ["failureMessage", "failureReason"].compactMap { fields[$0]?.string }
        if let text = texts.first(where: { !$0.isEmpty }) { return Health(.degraded, text.onOneLine()) }
        if fields["healthy"]?.bool == false { return Health(.degraded, sentence("healthy", "false")) }
        if let word = word(.missing) { return Health(.missing, word) }
        let candidates = isSummedUp && achievements.allSatisfy(\.isTrue) ? [] : conditions.filter { $0.meaning == nil }
        let unmet = (achievements + candidates).first { $0.isFalse && StatusWord.status(of: $0.reason) == .degraded }
        return unmet.map { Health(.degraded, $0.text) }
    }

    private var pause: Health? {
        if let stop = conditions.first(where: { $0.isTrue && $0.meaning == .stopped }) {
            return Health(.suspended, stop.text)
        }
        return word(.suspended).map { Health(.suspended, $0) }
    }

    private var activity: Health? {
        // A Deployment, and what is made after it, keeps the condition once all is done.
        let going = conditions.first {
            $0.isTrue && $0.meaning == .underWay && !$0.isRepeated && StatusWord.status(of: $0.reason) != .healthy
        }
        if let going { return Health(.progressing, going.text, pipeCD: .unknown) }
        if hasStaleCondition {
            return Health(.progressing, "its controller has not seen the change yet", pipeCD: .unknown)
        }
        if let unmet = achievements.first(where: { $0.isFalse && $0.isUnderWay }) {
            return Health(.progressing, unmet.text)
        }
        return word(.progressing).map { Health(.progressing, $0, pipeCD: .unknown) }
    }

    private var incompleteness: Health? {
        if let unmet = achievements.first(where: \.isFalse) { return Health(.degraded, unmet.text) }
        if fields["ready"]?.bool == false { return Health(.progressing, sentence("ready", "false")) }
        if fields["conditions"]?.array == [], words.isEmpty {
            return Health(.progressing, "its controller has not reported on it yet", pipeCD: .unknown)
        }
        guard isSummedUp || word(.healthy) == nil, let open = achievements.first(where: { !$0.isTrue }) else {
            return nil
        }
        return Health(.progressing, open.text, pipeCD: .unknown)
    }

    private var success: Health? {
        let flags = ["healthy", "ready"].contains { fields[$0]?.bool == true }
        if flags || !achievements.isEmpty || word(.healthy) != nil { return Health(.healthy) }
        let troubles = conditions.filter { $0.meaning == .trouble }
        if let open = troubles.first(where: { !$0.isFalse }) { return Health(.unknown, open.text) }
        return troubles.isEmpty ? nil : Health(.healthy)
    }
}

extension Condition {
    /// Whether its reason says that something goes on that will make it true.
    fileprivate var isUnderWay: Bool { StatusWord.parts(of: reason).contains(where: StatusWord.isUnderWay) }

    /// Whether what goes on has failed before, as Flux says with `ProgressingWithRetry`.
    fileprivate var isRepeated: Bool { StatusWord.parts(of: reason).last == "retry" }
}
