/// A promise: a measured figure, or its ratio to another one, stays below a bound in every condition.
struct Budget: Sendable {
    let text: String
    let form: Form
    let part: Figure
    /// What `part` is divided by; `nil` for a figure that stands for itself.
    var whole: Figure?
    /// What is promised; `nil` for what is only shown or only a goal.
    var limit: Double?
    /// Where it shall go.
    var goal: Double?

    /// One median.
    struct Figure: Sendable {
        let kind: Kind
        let tool: Tool
        let reach: Reach

        enum Kind { case wall, memory }

        static func wall(_ tool: Tool, _ reach: Reach) -> Figure { Figure(kind: .wall, tool: tool, reach: reach) }
        static func memory(_ tool: Tool, _ reach: Reach) -> Figure { Figure(kind: .memory, tool: tool, reach: reach) }

        /// In milliseconds or MiB; `nil` when it was not measured.
        func value(in samples: Samples, _ condition: Condition) -> Double? {
            guard let median = samples.summary(tool, reach, condition)?.median else { return nil }
            return switch kind {
            case .wall: median.wall.milliseconds
            case .memory: median.peakMemory.mebibytes
            }
        }
    }

    /// How a figure is written.
    enum Form {
        /// `1/60.0`
        case fraction
        /// `1.50 ×`
        case multiple
        /// `25.0 MiB`
        case mebibytes

        func text(_ value: Double) -> String {
            switch self {
            case .fraction: value > 0 ? "1/\(1 / value, places: 1)" : "0"
            case .multiple: "\(value, places: 2) ×"
            case .mebibytes: "\(value, places: 1) MiB"
            }
        }
    }

    /// The measured value for one condition; `nil` when a part of it was not measured.
    func value(in samples: Samples, _ condition: Condition) -> Double? {
        guard let part = part.value(in: samples, condition) else { return nil }
        guard let whole else { return part }
        guard let divisor = whole.value(in: samples, condition), divisor > 0 else { return nil }
        return part / divisor
    }

    /// Whether every condition keeps within `bound`; `nil` when there is no bound or a condition was not measured.
    func isMet(_ bound: Double?, in samples: Samples) -> Bool? {
        let values = Condition.allCases.compactMap { value(in: samples, $0) }
        guard let bound, values.count == Condition.allCases.count else { return nil }
        return values.allSatisfy { $0 <= bound }
    }
}
