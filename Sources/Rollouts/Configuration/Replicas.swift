public import Manifests

/// How many pods a variant runs: a count, or a share of the primary workload.
public enum Replicas: Sendable, Hashable {
    /// That many pods.
    case count(Int)
    /// A percentage of the primary workload; more than 100 is allowed.
    case percent(Int)

    /// The largest count or percentage that is accepted, the limit of `spec.replicas`.
    static let limit = Int(Int32.max)

    /// Reads a whole number such as `3` or `"3"`, or a percentage such as `"25%"`.
    ///
    /// - Throws: `Problem` with what is wrong: fractions, negative numbers, spaces, `null` and anything else.
    public init(_ value: Value) throws(Problem) {
        switch value {
        case .int(let number):
            self = .count(try Self.checked(number))
        case .double(let number):
            guard let whole = Int(exactly: number) else { throw Problem(found: "\(number)") }
            self = .count(try Self.checked(whole))
        case .string(let text):
            self = try Self.parse(text)
        default:
            throw Problem(found: value.described)
        }
    }

    /// The number of pods.
    ///
    /// A percentage is rounded up, so that any share above zero runs at least one pod: 10 % of 3 are 1, 25 % of 10
    /// are 3.
    ///
    /// - Parameter total: Replicas of the primary workload; `nil` when it does not say, which Kubernetes reads as 1.
    /// - Returns: The count, in pods.
    public func resolved(of total: Int?) -> Int {
        switch self {
        case .count(let pods): return pods
        case .percent(let share):
            let (product, overflow) = share.multipliedReportingOverflow(by: max(0, total ?? 1))
            guard !overflow else { return Self.limit }
            return min(Self.limit, product / 100 + (product % 100 > 0 ? 1 : 0))
        }
    }

    private static func parse(_ text: String) throws(Problem) -> Replicas {
        let isPercentage = text.hasSuffix("%")
        guard let number = Int(isPercentage ? text.dropLast() : text[...]) else { throw Problem(found: "\"\(text)\"") }
        let checked = try checked(number)
        return isPercentage ? .percent(checked) : .count(checked)
    }

    private static func checked(_ number: Int) throws(Problem) -> Int {
        guard (0...limit).contains(number) else { throw Problem(found: "\(number)") }
        return number
    }

    /// Why a value is no number of replicas.
    public struct Problem: Error, Hashable, CustomStringConvertible {
        let found: String

        /// What is accepted and what was found.
        public var description: String {
            "must be a count such as 3 or a percentage such as \"25%\", found \(found)"
        }
    }
}

extension Replicas: CustomStringConvertible {
    /// The form of the configuration: `3` or `25%`.
    public var description: String {
        switch self {
        case .count(let pods): "\(pods)"
        case .percent(let share): "\(share)%"
        }
    }
}
