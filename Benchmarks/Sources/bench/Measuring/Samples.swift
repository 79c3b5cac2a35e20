/// All measurements, by tool, number of clusters and condition.
struct Samples {
    private struct Key: Hashable {
        let tool: Tool
        let reach: Reach
        let condition: Condition
    }

    private var usages: [Key: [Usage]] = [:]

    mutating func add(_ usage: Usage, _ tool: Tool, _ reach: Reach, _ condition: Condition) {
        usages[Key(tool: tool, reach: reach, condition: condition), default: []].append(usage)
    }

    /// The medians; `nil` when nothing was measured.
    func summary(_ tool: Tool, _ reach: Reach, _ condition: Condition) -> Summary? {
        usages[Key(tool: tool, reach: reach, condition: condition)].flatMap(Summary.init)
    }
}

/// Several measurements of one thing, each figure with its own median.
struct Summary {
    let runs: Int
    let median: Usage
    let shortest: Duration
    let longest: Duration

    init?(_ usages: [Usage]) {
        let walls = usages.map(\.wall).sorted()
        guard let shortest = walls.first, let longest = walls.last else { return nil }
        runs = usages.count
        self.shortest = shortest
        self.longest = longest
        median = Usage(
            wall: Self.median(walls) { ($0 + $1) / 2 },
            cpu: Self.median(usages.map(\.cpu).sorted()) { ($0 + $1) / 2 },
            peakMemory: Self.median(usages.map(\.peakMemory).sorted()) { ($0 + $1) / 2 }
        )
    }

    /// The middle one of sorted values, or the mean of the middle two.
    private static func median<Value>(_ sorted: [Value], mean: (Value, Value) -> Value) -> Value {
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? mean(sorted[middle - 1], sorted[middle]) : sorted[middle]
    }
}
