import Manifests

/// An amount of a resource, such as `500m` or `1Gi`, in the one form that the server keeps.
///
/// The [rules](https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/): no fraction, the
/// largest suffix that loses nothing, and the family of suffixes that was written.
struct Quantity: Sendable, Hashable {
    private static let decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]
    private static let binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]

    let value: Value

    /// Reads an amount; `nil` when it is none or too large to be counted in billionths or bytes.
    init?(_ value: Value) {
        switch value {
        case .int(let number): self.init(text: String(number))
        case .double(let number): self.init(text: "\(number)")
        case .string(let text): self.init(text: text)
        default: return nil
        }
    }

    private init?(text: String) {
        let isNegative = text.hasPrefix("-")
        let unsigned = isNegative || text.hasPrefix("+") ? text.dropFirst() : Substring(text)
        let number = unsigned.prefix { $0.isNumber || $0 == "." }
        let suffix = String(unsigned.dropFirst(number.count))
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard !number.isEmpty, parts.count <= 2 else { return nil }
        let whole = String(parts.first ?? "")
        let fraction = parts.count == 2 ? String(parts[1].reversed().drop { $0 == "0" }.reversed()) : ""
        let sign = isNegative ? "-" : ""
        if let power = Self.binarySuffixes.firstIndex(of: suffix), power > 0 {
            guard let text = Self.binary(whole, fraction, power) else { return nil }
            value = .string(text == "0" ? text : sign + text)
            return
        }
        guard let scale = Self.scale(suffix), let text = Self.decimal(whole, fraction, scale) else { return nil }
        value = .string(text == "0" ? text : sign + text)
    }

    /// The power of ten of a suffix, such as -3 for `m`.
    private static func scale(_ suffix: String) -> Int? {
        if let index = decimalSuffixes.firstIndex(of: suffix) { return (index - 3) * 3 }
        guard suffix.hasPrefix("e") || suffix.hasPrefix("E"), let power = Int(suffix.dropFirst()) else { return nil }
        return (-9...18).contains(power) ? power : nil
    }

    private static func decimal(_ whole: String, _ fraction: String, _ scale: Int) -> String? {
        guard fraction.utf8.count <= 18, var mantissa = Int(whole + fraction) else {
            return nil
        }
        guard mantissa != 0 else { return "0" }
        var power = scale - fraction.utf8.count
        while mantissa % 10 == 0 {
            mantissa /= 10
            power += 1
        }
        // Finer than a billionth is rounded up.
        while power < -9 {
            mantissa = mantissa / 10 + (mantissa % 10 == 0 ? 0 : 1)
            power += 1
        }
        while power % 3 != 0 || power > 18 {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            mantissa = product
            power -= 1
        }
        return "\(mantissa)\(decimalSuffixes[power / 3 + 3])"
    }

    private static func binary(_ whole: String, _ fraction: String, _ power: Int) -> String? {
        guard fraction.utf8.count <= 9, let units = Int(whole.isEmpty ? "0" : whole) else { return nil }
        let size: Int = (0..<power).reduce(1) { size, _ in size &* 1024 }
        let (product, overflow) = units.multipliedReportingOverflow(by: size)
        guard !overflow else { return nil }
        let part = Double("0.\(fraction.isEmpty ? "0" : fraction)") ?? 0
        guard let rest = Int(exactly: (part * Double(size)).rounded(.up)) else { return nil }
        let (sum, tooLarge) = product.addingReportingOverflow(rest)
        guard !tooLarge else { return nil }
        var bytes = sum
        guard bytes != 0 else { return "0" }
        var index = 0
        while bytes % 1024 == 0, index < binarySuffixes.count - 1 {
            bytes /= 1024
            index += 1
        }
        return "\(bytes)\(binarySuffixes[index])"
    }
}
