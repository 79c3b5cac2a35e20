/// The strategy of a deployment, and why.
public struct StrategyDecision: Sendable, Hashable {
    /// What the two versions on one deploy target ask for.
    public struct Target: Sendable, Hashable {
        /// The name of the target.
        public let name: String
        /// Why.
        public let reason: StrategyReason

        /// A target with its reason.
        public init(_ name: String, _ reason: StrategyReason) {
            self.name = name
            self.reason = reason
        }
    }

    /// The reason that counts.
    public let reason: StrategyReason
    /// What each target asks for; empty when the versions were not compared.
    public let targets: [Target]

    /// The strategy.
    public var strategy: Strategy { reason.strategy }

    /// A decision that needs no comparison.
    public init(_ reason: StrategyReason) {
        self.reason = reason
        targets = []
    }

    /// Merges what the targets ask for.
    ///
    /// One target that asks for the pipeline is enough. Among targets that ask for the same, the first with a reason of
    /// its own counts.
    public init(comparing targets: [Target]) {
        let reasons = targets.map(\.reason)
        reason =
            reasons.first { $0.strategy == .pipeline } ?? reasons.first { $0 != .nothingSpecial } ?? .nothingSpecial
        self.targets = targets
    }

    /// What a person reads, in one line; targets are named when they differ.
    public var text: String {
        let deciding = targets.filter { $0.reason.strategy == strategy && $0.reason != .nothingSpecial }
        var groups: [(reason: StrategyReason, names: [String])] = []
        for target in deciding {
            if let index = groups.firstIndex(where: { $0.reason == target.reason }) {
                groups[index].names.append(target.name)
            } else {
                groups.append((target.reason, [target.name]))
            }
        }
        guard let first = groups.first, first.names.count < targets.count else { return "\(reason)" }
        return groups.map { "on \($0.names.joined(separator: ", ")): \($0.reason)" }.joined(separator: "; ")
    }
}
