import Glibc
import KubernetesAPI

/// A point in time in UTC, as journals and leases write it: RFC 3339 with six digits of a second.
///
/// Servers refuse the times of a Lease in any other form:
/// [MicroTime](https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/)
package struct Moment: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The time since 1970, in whole microseconds.
    private let microseconds: Int64

    /// A moment by the time since 1970; one that no calendar has becomes the nearest that it has.
    package init(sinceEpoch time: Duration) {
        let (seconds, attoseconds) = time.components
        let last: Int64 = 253_402_300_799
        microseconds = min(max(0, seconds), last) * 1_000_000 + max(0, attoseconds / 1_000_000_000_000)
    }

    /// Reads an RFC 3339 text, `nil` when it is none.
    package init?(_ text: String) {
        guard let time = Timestamp.sinceEpoch(text) else { return nil }
        self.init(sinceEpoch: time)
    }

    /// The time of this machine.
    package static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Moment(sinceEpoch: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
    }

    /// The time since 1970.
    package var sinceEpoch: Duration { .microseconds(microseconds) }

    /// The form with six digits of a second, such as `2030-01-31T12:00:00.500000Z`.
    package var description: String { "\(wholeSeconds.dropLast()).\(Self.padded(microseconds % 1_000_000, 6))Z" }

    /// The form for people, such as `2030-01-31T12:00:00Z`.
    package var wholeSeconds: String {
        var seconds = time_t(microseconds / 1_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [
            Self.padded(Int64(parts.tm_year) + 1900, 4), Self.padded(Int64(parts.tm_mon) + 1, 2),
            Self.padded(Int64(parts.tm_mday), 2),
        ]
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.padded(Int64($0), 2) }
        return date.joined(separator: "-") + "T" + time.joined(separator: ":") + "Z"
    }

    /// A later moment.
    package static func + (moment: Moment, time: Duration) -> Moment {
        Moment(sinceEpoch: moment.sinceEpoch + time)
    }

    package static func < (left: Moment, right: Moment) -> Bool {
        left.microseconds < right.microseconds
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
