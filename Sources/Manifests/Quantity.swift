/// An amount of a resource, as [Kubernetes writes it](https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
///
/// Two quantities are equal when they are the same amount: `1000m` and `1`, `1Gi` and `1024Mi`.
struct Quantity: Hashable, Sendable {
    /// The digits without zeros at the end.
    private let digits: Int
    /// The power of ten that they are multiplied with.
    private let exponent: Int

    /// Reads an amount; `nil` when it is none, or too large to be told exactly.
    init?(_ value: Value) {
        switch value {
        case .int(let number): self.init("\(number)")
        case .double(let number): self.init("\(number)")
        case .string(let text): self.init(text)
        default: return nil
        }
    }

    private init?(_ text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || "+-.".contains($0)) }
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        guard let first = parts.first, let digits = Int(first + fraction), let unit = Unit(text[number.endIndex...])
        else { return nil }
        let (amount, overflow) = digits.multipliedReportingOverflow(by: unit.factor)
        guard !overflow else { return nil }
        self.init(amount, exponent: unit.exponent - fraction.count)
    }

    private init(_ amount: Int, exponent: Int) {
        var (digits, exponent) = (amount, amount == 0 ? 0 : exponent)
        while digits != 0, digits.isMultiple(of: 10) { (digits, exponent) = (digits / 10, exponent + 1) }
        self.digits = digits
        self.exponent = exponent
    }

    /// What an amount is counted in.
    private struct Unit {
        var factor = 1
        var exponent = 0

        init?(_ text: Substring) {
            if let exponent = Self.decimal[text] {
                self.exponent = exponent
            } else if let power = Self.binary[text] {
                factor = 1 << (10 * power)
            } else if text.lowercased().hasPrefix("e"), let exponent = Int(text.dropFirst()),
                (-99...99).contains(exponent)
            {
                self.exponent = exponent
            } else {
                return nil
            }
        }

        private static let decimal: [Substring: Int] = [
            "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
        ]
        private static let binary: [Substring: Int] = ["Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6]
    }
}
