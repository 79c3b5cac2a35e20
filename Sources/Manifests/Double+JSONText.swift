extension Double {
    /// The shortest decimal text that reads back as this number; `null` when it is infinite or no number.
    ///
    /// An integer has neither a point nor, below 10²¹, an exponent: the layout of
    /// [ECMAScript](https://tc39.es/ecma262/#sec-numeric-types-number-tostring), which the JSON encoder of Go follows too.
    var jsonText: String {
        guard isFinite else { return "null" }
        if self == 0 { return sign == .minus ? "-0.0" : "0" }
        if let integer = Int(exactly: self) { return String(integer) }
        let sign = self < 0 ? "-" : ""
        let (digits, exponent) = magnitude.shortestDigits
        return sign + Self.layOut(digits, exponent: exponent)
    }

    /// How Go writes the number as a key of JSON, in single precision; `nil` when that is infinite or no number.
    ///
    /// [`sigs.k8s.io/yaml`](https://github.com/kubernetes-sigs/yaml), through which Kubernetes tools read YAML, does that to
    /// keys: `1.10` becomes `1.1` and `1e6` becomes `1e+06`.
    var keyText: String? {
        let number = Float(self)
        guard number.isFinite else { return nil }
        let sign = number.sign == .minus ? "-" : ""
        guard number != 0 else { return sign + "0" }
        let (digits, exponent) = number.magnitude.shortestDigits
        guard !(-4..<6).contains(exponent) else { return sign + Self.layOut(digits, exponent: exponent) }
        let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
        let padding = exponent.magnitude < 10 ? "0" : ""
        return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(padding)\(exponent.magnitude)"
    }

    private static func layOut(_ digits: String, exponent: Int) -> String {
        switch exponent {
        case digits.count - 1..<21:
            digits + String(repeating: "0", count: exponent - digits.count + 1)
        case 0..<21:
            "\(digits.prefix(exponent + 1)).\(digits.dropFirst(exponent + 1))"
        case -6..<0:
            "0." + String(repeating: "0", count: -exponent - 1) + digits
        default:
            "\(digits.prefix(1))\(digits.count > 1 ? "." : "")\(digits.dropFirst())e\(exponent < 0 ? "-" : "+")\(exponent.magnitude)"
        }
    }
}

extension BinaryFloatingPoint where Self: CustomStringConvertible {
    /// The significant digits, and the power of ten of the first one: 0.0125 gives `125` and -2.
    fileprivate var shortestDigits: (digits: String, exponent: Int) {
        let parts = description.split(separator: "e")
        let mantissa = parts.first ?? ""
        let written = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let whole = mantissa.prefix { $0 != "." }
        let digits = mantissa.filter { $0 != "." }
        let significant = digits.drop { $0 == "0" }
        let exponent = written + whole.count - 1 - (digits.count - significant.count)
        let trailingZeros = significant.reversed().prefix { $0 == "0" }.count
        return (String(significant.dropLast(trailingZeros)), exponent)
    }
}
