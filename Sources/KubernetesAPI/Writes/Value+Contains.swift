import Manifests

extension Value {
    /// Fields whose values, however deep, are amounts of resources.
    private static let amounts: Set = ["requests", "limits", "capacity", "hard", "overhead", "sizeLimit", "divisor"]

    /// Whether a server that was sent another node may show it as this one.
    ///
    /// Everything that the other one says is here with the same value. What says nothing may be missing here, such as
    /// `readOnly: false`, and an amount of a resource may have another form: `1` for `1000m`.
    func contains(_ other: Value) -> Bool {
        contains(other, isAmount: false)
    }

    private func contains(_ other: Value, isAmount: Bool) -> Bool {
        switch (self, other) {
        case (.mapping(let mine), .mapping(let theirs)):
            theirs.allSatisfy { member in
                let isAmount = isAmount || Self.amounts.contains(member.key)
                return mine[member.key]?.contains(member.value, isAmount: isAmount) ?? member.value.saysNothing
            }
        case (.array(let mine), .array(let theirs)):
            mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.contains($1, isAmount: isAmount) }
        default:
            self == other || (isAmount && amount != nil && amount == other.amount)
        }
    }

    /// Whether servers may leave out a field with this value.
    private var saysNothing: Bool {
        switch self {
        case .null, .bool(false), .int(0), .double(0), .string(""): true
        case .array(let elements): elements.isEmpty
        case .mapping(let members): members.allSatisfy { $0.value.saysNothing }
        default: false
        }
    }

    /// The amount of a resource as a number, `nil` when it is none.
    ///
    /// Two forms of one amount give the same number as long as it has no more than 15 digits.
    /// [Quantity](https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/)
    private var amount: Double? {
        switch self {
        case .int(let number): return Double(number)
        case .double(let number): return number
        case .string(let text):
            let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "+") }
            guard let number = Double(digits) else { return nil }
            let suffix = String(text.dropFirst(digits.count))
            if suffix.isEmpty { return number }
            // Divided, for a thousandth is no binary fraction.
            if let power = ["m", "u", "n"].firstIndex(of: suffix) { return number / Self.power(of: 1000, power + 1) }
            if let power = ["k", "M", "G", "T", "P", "E"].firstIndex(of: suffix) {
                return number * Self.power(of: 1000, power + 1)
            }
            let binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].firstIndex(of: suffix)
            return binary.map { number * Self.power(of: 1024, $0 + 1) }
        default: return nil
        }
    }

    private static func power(of base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { power, _ in power * base }
    }
}
