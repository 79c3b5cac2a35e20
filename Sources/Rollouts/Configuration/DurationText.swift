/// Durations as Go writes them: `90s`, `15m`, `1h30m`, `1.5h`.
///
/// [The format](https://pkg.go.dev/time#ParseDuration). Numbers are whole nanoseconds; nothing is rounded through
/// floating point.
public enum DurationText {
    private static let units: [(name: String, nanoseconds: Int)] = [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000),
        ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// The duration, `nil` when the text is none or is negative or longer than 292 years.
    public static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = text[...]
        var total = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            guard let part = takePart(&rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow else { return nil }
            total = sum
        }
        return .nanoseconds(total)
    }

    /// Takes one number with its unit from the front, in nanoseconds.
    private static func takePart(_ rest: inout Substring) -> Int? {
        let whole = takeDigits(&rest)
        var fraction: Substring = ""
        if rest.first == "." {
            rest.removeFirst()
            fraction = takeDigits(&rest)
        }
        let name = rest.prefix { !$0.isNumber && $0 != "." }
        guard !(whole.isEmpty && fraction.isEmpty), let unit = units.first(where: { $0.name == name }) else {
            return nil
        }
        rest = rest[name.endIndex...]
        guard let count = whole.isEmpty ? 0 : Int(whole) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
        guard !overflow else { return nil }
        let (sum, tooLong) = product.addingReportingOverflow(scaled(fraction, by: unit.nanoseconds))
        return tooLong ? nil : sum
    }

    private static func takeDigits(_ rest: inout Substring) -> Substring {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest[digits.endIndex...]
        return digits
    }

    /// The digits behind a decimal point as a part of a unit, rounded down.
    private static func scaled(_ fraction: Substring, by unit: Int) -> Int {
        // Digits beyond the ninth are below a nanosecond for seconds, and far below for what people write in hours.
        var (total, place) = (0, unit)
        for digit in fraction.prefix(18) {
            let (worth, remainder) = place.quotientAndRemainder(dividingBy: 10)
            total += (digit.wholeNumberValue ?? 0) * worth
            guard remainder == 0 else { break }
            place = worth
        }
        return total
    }
}
