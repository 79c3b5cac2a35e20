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
        /// The name of the target.
        public let name: String
        /// Its entry in `input.multiTargets`.
        public let override: TargetOverride?

        /// A target.
        public init(name: String, override: TargetOverride?) {
            self.name = name
            self.override = override
        }
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
        stageTargets: [String] = []
    ) throws(RolloutError) {
        guard !registered.isEmpty else { throw RolloutError(.noTargets("the application has none registered")) }
        try Self.refuseDuplicates(registered.map(\.name))
        var notes: [String] = []
        let all = try Self.entries(registered, input, &notes)
        entries = try Self.filter(all, by: stageTargets, known: registered, input: input, &notes)
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
        guard !input.multiTargets.isEmpty else { return registered.map { Entry(name: $0.name, override: nil) } }
        var entries: [Entry] = []
        for override in input.multiTargets {
            let matches = registered.filter { override.selects($0) }
            if matches.isEmpty { notes.append("skipping \(override.selection): no such deploy target is registered") }
            entries += matches.map { Entry(name: $0.name, override: override) }
        }
        try refuseDuplicates(entries.map(\.name))
        guard !entries.isEmpty else {
            let names = registered.map(\.name).joined(separator: ", ")
            throw RolloutError(.noTargets("no entry of input.multiTargets is registered; registered are \(names)"))
        }
        return entries
    }

    private static func filter(
        _ entries: [Entry],
        by names: [String],
        known registered: [Registered],
        input: InputSpec,
        _ notes: inout [String]
    ) throws(RolloutError) -> [Entry] {
        guard !names.isEmpty else { return entries }
        let known = registered.map(\.name) + input.multiTargets.compactMap(\.name)
        let slips = names.filter { !known.contains($0) }.compactMap { name in
            ClosestName.find(name, among: known).map { RolloutError.UnknownName(name, near: $0) }
        }
        guard slips.isEmpty else { throw RolloutError(.unknownTargets(slips)) }
        let chosen = entries.filter { names.contains($0.name) }
        notes += names.filter { name in !chosen.contains { $0.name == name } }.map {
            "warning: the stage lists deploy target \"\($0)\", which the application does not deploy to"
        }
        guard !chosen.isEmpty else {
            let listed = names.joined(separator: ", ")
            let there = entries.map(\.name).joined(separator: ", ")
            throw RolloutError(.noTargets("the stage lists \(listed); the application deploys to \(there)"))
        }
        return chosen
    }
}

extension TargetOverride {
    /// Whether the entry is for a target: by name, or without a name by all its labels.
    fileprivate func selects(_ target: TargetSelection.Registered) -> Bool {
        guard name == nil else { return name == target.name }
        return !labels.isEmpty && labels.allSatisfy { target.labels[$0.key] == $0.value }
    }

    /// What a message calls the entry.
    fileprivate var selection: String {
        if let name { return "\"\(name)\"" }
        return "labels " + labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}
