extension DefaultStringInterpolation {
    /// Appends a number with zeros in front, at least `width` digits.
    mutating func appendInterpolation(decimal value: Int, width: Int) {
        let digits = "\(value)"
        appendLiteral(String(repeating: "0", count: max(0, width - digits.count)) + digits)
    }

    /// Appends a number that is not negative, rounded to `places` digits after the point.
    mutating func appendInterpolation(_ value: Double, places: Int) {
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        guard let scaled = Int(exactly: (value * Double(scale)).rounded()), scaled >= 0 else {
            return appendLiteral("n/a")
        }
        appendLiteral("\(scaled / scale)")
        if places > 0 { appendLiteral(".\(decimal: scaled % scale, width: places)") }
    }
}
