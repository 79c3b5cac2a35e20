/// What Kubernetes accepts as names, label keys and label values.
///
/// [Names](https://kubernetes.io/docs/concepts/overview/working-with-objects/names/),
/// [labels](https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/).
enum NameSyntax {
    /// The most characters of a label value, a Service name and a part of a DNS name.
    static let labelLimit = 63
    /// The most characters of other names.
    static let nameLimit = 253

    /// Whether a text is a label value: at most 63 letters, digits, `-`, `_` and `.`, the ends letters or digits.
    static func isLabelValue(_ text: String) -> Bool {
        text.isEmpty || isQualifiedPart(text)
    }

    /// Whether a text is a label key: an optional DNS name and `/`, then a name like a label value.
    static func isLabelKey(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let last = parts.last, parts.count <= 2, isQualifiedPart(last) else { return false }
        return parts.count == 1 || isSubdomain(parts[0])
    }

    /// Whether a text is one part of a DNS name: at most 63 lower-case letters, digits and `-`, none at the ends.
    static func isDNSLabel(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= labelLimit else { return false }
        return bytes.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") } && isLowerOrDigit(first)
            && isLowerOrDigit(last)
    }

    /// Whether a text is the name of most objects: DNS labels (of any length) with dots between, at most 253
    /// characters.
    static func isSubdomain(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return text.utf8.count <= nameLimit
            && parts.allSatisfy { part in
                guard let first = part.first, let last = part.last else { return false }
                return part.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") } && isLowerOrDigit(first)
                    && isLowerOrDigit(last)
            }
    }

    private static func isQualifiedPart(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= labelLimit else { return false }
        return bytes.allSatisfy { isLetterOrDigit($0) || "-_.".utf8.contains($0) } && isLetterOrDigit(first)
            && isLetterOrDigit(last)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isLowerOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
