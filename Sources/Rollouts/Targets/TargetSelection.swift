/// The deploy targets that one stage runs on, in order.
public struct TargetSelection: Sendable, Hashable {
    /// A deploy target that the application is registered for.
    public struct Registered: Sendable, Hashable {
        /// The name.
        public let name: String
        /// The labels of the target's own configuration.
        public let labels: [String: String]

        /// A target.
        public init(_ name: String, labels: [String: String] = [:]) {
            self.name = name
            self.labels = labels
        }
    }

    /// A deploy target to run on, with its settings.
    public struct Entry: Sendable, Hashable {
        /// The target.
        public let target: Registered
        /// Its entry in `input.multiTargets`.
        public let override: TargetOverride?

        /// A target.
        public init(_ target: Registered, override: TargetOverride?) {
            self.target = target
            self.override = override
        }

        /// The name of the target.
        public var name: String { target.name }
    }

    /// The targets; there is at least one.
    public let entries: [Entry]
    /// What was left out and why, one line each.
    public let notes: [String]

    /// Chooses the targets of a stage.
    ///
    /// Without `input.multiTargets` these are all registered ones, in their order. Otherwise they are the registered
    /// ones among the entries, in the order of the entries. A stage with a list of its own keeps those in the list.
    ///
    /// - Parameters:
    ///   - registered: The targets of the application.
    ///   - input: The application's `input`.
    ///   - stageTargets: The stage's own list; empty means all.
    /// - Throws: `RolloutError` when nothing is left, a target is there twice, or a name of the stage's list is
    ///   unknown and so near to a known one that it must be a slip.
    public init(
        registered: [Registered],
        input: InputSpec,
        stageTargets: [TargetSelector] = []
    ) throws(RolloutError) {
        guard !registered.isEmpty else { throw RolloutError(.noTargets("the application has none registered")) }
        try Self.refuseDuplicates(registered.map(\.name))
        var notes: [String] = []
        let all = try Self.entries(registered, input, &notes)
        let known = registered.map(\.name) + input.multiTargets.compactMap(\.target.name)
        entries = try Self.filter(all, by: stageTargets, known: known, &notes)
        self.notes = notes
    }

    private static func refuseDuplicates(_ names: [String]) throws(RolloutError) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted { throw RolloutError(.targetTwice(name)) }
    }

    private static func entries(
        _ registered: [Registered],
        _ input: InputSpec,
        _ notes: inout [String]
    ) throws(RolloutError) -> [Entry] {
        guard !input.multiTargets.isEmpty else { return registered.map { Entry($0, override: nil) } }
        var entries: [Entry] = []
        for override in input.multiTargets {
            let matches = registered.filter { override.target.selects($0) }
            if matches.isEmpty {
                notes.append("skipping \(quoted(override.target)): no such deploy target is registered")
            }
            entries += matches.map { Entry($0, override: override) }
        }
        try refuseDuplicates(entries.map(\.name))
        guard !entries.isEmpty else {
            let names = registered.map(\.name).joined(separator: ", ")
            throw RolloutError(.noTargets("no entry of input.multiTargets is registered; registered are \(names)"))
        }
        let leftOut = Set(registered.map(\.name)).subtracting(entries.map(\.name))
        notes += leftOut.sorted().map { "leaving out \"\($0)\": no entry of input.multiTargets is for it" }
        return entries
    }

    private static func filter(
        _ entries: [Entry],
        by selectors: [TargetSelector],
        known: [String],
        _ notes: inout [String]
    ) throws(RolloutError) -> [Entry] {
        guard !selectors.isEmpty else { return entries }
        let slips = selectors.compactMap(\.name).filter { !known.contains($0) }.compactMap { name in
            ClosestName.find(name, among: known).map { RolloutError.UnknownName(name, near: $0) }
        }
        guard slips.isEmpty else { throw RolloutError(.unknownTargets(slips)) }
        let chosen = entries.filter { entry in selectors.contains { $0.selects(entry.target) } }
        notes += selectors.filter { selector in !chosen.contains { selector.selects($0.target) } }.map { selector in
            selector.name == nil
                ? "warning: the stage lists \(selector), which no deploy target of the application has"
                : "warning: the stage lists deploy target \"\(selector)\", which the application does not deploy to"
        }
        guard !chosen.isEmpty else {
            let listed = selectors.map(\.description).joined(separator: ", ")
            let there = entries.map(\.name).joined(separator: ", ")
            throw RolloutError(.noTargets("the stage lists \(listed); the application deploys to \(there)"))
        }
        return chosen
    }

    private static func quoted(_ selector: TargetSelector) -> String {
        selector.name.map { "\"\($0)\"" } ?? "\(selector)"
    }
}
