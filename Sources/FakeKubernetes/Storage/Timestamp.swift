import Glibc

/// A moment as Kubernetes writes it in metadata: RFC 3339 in UTC with whole seconds.
struct Timestamp: Sendable, Hashable {
    let text: String

    init(text: String) {
        self.text = text
    }

    /// A moment in seconds since 1970.
    init(seconds: Int) {
        var moment = time_t(seconds)
        var parts = tm()
        gmtime_r(&moment, &parts)
        let date = [
            Self.padded(Int(parts.tm_year) + 1900, 4), Self.padded(Int(parts.tm_mon) + 1),
            Self.padded(Int(parts.tm_mday)),
        ]
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.padded(Int($0)) }
        text = date.joined(separator: "-") + "T" + clock.joined(separator: ":") + "Z"
    }

    static var now: Timestamp {
        Timestamp(seconds: time(nil))
    }

    /// Seconds since 1970; `nil` when the text is no such moment.
    var seconds: Int? {
        let numbers = text.split { !$0.isNumber }.compactMap { Int32($0) }
        guard numbers.count == 6, (1900...9999).contains(numbers[0]) else { return nil }
        var parts = tm()
        parts.tm_year = numbers[0] - 1900
        parts.tm_mon = numbers[1] &- 1
        parts.tm_mday = numbers[2]
        parts.tm_hour = numbers[3]
        parts.tm_min = numbers[4]
        parts.tm_sec = numbers[5]
        return timegm(&parts)
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
