/// Chooses objects by their labels.
public struct LabelSelector: Sendable, Hashable, CustomStringConvertible {
    /// Why a selector cannot be sent.
    public struct InvalidLabel: Error, Hashable, CustomStringConvertible {
        /// The key or value that no object can have.
        public let text: String

        /// What is allowed, in one line.
        public var description: String {
            "\"\(text)\" cannot stand in a label selector; labels have at most 63 letters, digits, \"-\", \"_\" and \".\""
        }
    }

    /// The form in which the server reads it, empty for everything.
    public let description: String

    /// Every object.
    public static let everything = LabelSelector(description: "")

    /// The objects that have all of these labels with these values.
    ///
    /// - Throws: `InvalidLabel` when a key or a value is none, so that nothing but equality can slip in.
    public init(_ labels: [String: String]) throws(InvalidLabel) {
        for (key, value) in labels {
            guard Self.isKey(key) else { throw InvalidLabel(text: key) }
            guard value.isEmpty || Self.isName(value) else { throw InvalidLabel(text: value) }
        }
        description = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    private init(description: String) {
        self.description = description
    }

    /// `[prefix/]name`, the prefix being a DNS name.
    private static func isKey(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.last, parts.count <= 2, isName(name) else { return false }
        guard parts.count == 2 else { return true }
        let isDomain = parts[0].utf8.allSatisfy {
            $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
        return isDomain && !parts[0].isEmpty && parts[0].utf8.count <= 253
    }

    private static func isName(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
        let others = Array("-_.".utf8)
        return first.isASCIIAlphanumeric && last.isASCIIAlphanumeric
            && bytes.allSatisfy { $0.isASCIIAlphanumeric || others.contains($0) }
    }
}

extension UInt8 {
    /// Whether this is an ASCII letter or digit.
    var isASCIIAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
