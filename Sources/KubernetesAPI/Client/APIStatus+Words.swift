extension APIStatus {
    /// The server's words without the values that it repeats, which may be whole objects, and secret.
    ///
    /// About a field that cannot change nothing is said but which one, and the rule; other values keep their beginning.
    var shortMessage: String {
        guard code == 422 else { return message }
        // Before a cause comes only its field, and the name of the object.
        let texts = causes.map(\.message).filter { !$0.isEmpty && message.contains($0) }
        return (texts.isEmpty ? [message] : texts).reduce(message) { message, text in
            message.replacing(text, with: Self.shortened(text))
        }
    }

    private static let mostOfValue = 200

    private static func shortened(_ text: String) -> String {
        let isImmutable = saysImmutable(text)
        // What would be changed follows on lines of its own.
        let rule = isImmutable ? String(text.prefix { !$0.isNewline }) : text
        guard let place = RepeatedValue(in: rule) else { return rule }
        if isImmutable { return "\(rule[..<place.label.lowerBound])\(rule[place.rest...])" }
        guard rule[place.value].count > mostOfValue else { return rule }
        let end = rule.index(place.value.lowerBound, offsetBy: mostOfValue)
        return "\(rule[..<end])…\(rule[place.value.upperBound...])"
    }

    /// Whether words say that a field can only be set once.
    ///
    /// The server has no code of its own for this, and words it by kind.
    static func saysImmutable(_ text: String) -> Bool {
        [
            "field is immutable", "spec is immutable after creation", "may not change once set",
            "cannot change roleRef",
            "updates to statefulset spec for fields other than", "pod updates may not change fields other than",
        ].contains { text.contains($0) }
    }
}

/// Where a server's words about one field repeat its value: `Invalid value: VALUE: what is wrong with it`.
///
/// The value is printed as Go or JSON:
/// [field errors](https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go)
private struct RepeatedValue {
    let label: Range<String.Index>
    let value: Range<String.Index>
    /// Where the server goes on after the value.
    let rest: String.Index

    init?(in text: String) {
        let labels = ["Invalid value: ", "Unsupported value: ", "Duplicate value: "].compactMap {
            text.firstRange(of: $0)
        }
        guard let label = labels.min(by: { $0.lowerBound < $1.lowerBound }) else { return nil }
        let tail = text[label.upperBound...]
        // A value that does not end as it should is one with the words after it: the last of them count.
        let end = Self.end(of: tail) ?? tail.ranges(of: ": ").last?.lowerBound ?? tail.endIndex
        self.label = label
        value = label.upperBound..<end
        rest = text.index(end, offsetBy: 2, limitedBy: text.endIndex) ?? text.endIndex
    }

    /// The first `: ` outside of quotes and brackets, else the end; `nil` when quotes or brackets stay open.
    private static func end(of text: Substring) -> String.Index? {
        var depth = 0
        var isQuoted = false
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case "\\" where isQuoted: index = text.index(after: index)
            case "\"": isQuoted.toggle()
            case _ where isQuoted: break
            case "{", "[", "(": depth += 1
            case "}", "]", ")": depth -= 1
            case ":" where depth == 0 && text[index...].hasPrefix(": "): return index
            default: break
            }
            guard index < text.endIndex else { return nil }
            index = text.index(after: index)
        }
        return isQuoted || depth != 0 ? nil : text.endIndex
    }
}
