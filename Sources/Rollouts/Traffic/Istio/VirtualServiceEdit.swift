import Manifests

/// Sets the weights of the variants in the HTTP routes of a VirtualService.
///
/// Everything else stays: other destinations with their weights, matches, ports, headers, and fields that nobody knows.
struct VirtualServiceEdit {
    let original: Manifest
    let host: ServiceHost
    let label: VariantLabel
    let shares: TrafficPercentages
    /// Names of the routes that may be changed; empty means all.
    let editable: [String]
    /// What was changed and what was left alone, and why.
    var notes: [String] = []
    /// The variants that have a weight above zero in some route.
    private(set) var receivers: Set<Variant> = []

    init(original: Manifest, host: ServiceHost, label: VariantLabel, shares: TrafficPercentages, editable: [String]) {
        self.original = original
        self.host = host
        self.label = label
        self.shares = shares
        self.editable = editable
    }

    /// The VirtualService with the new weights.
    ///
    /// - Throws: `RolloutError` when a route cannot be computed, or when there was none to change.
    mutating func apply() throws(RolloutError) -> Manifest {
        let entries = try list(original[path: "spec", "http"], "spec.http")
        var result: [Value] = []
        var changes = 0
        for (index, entry) in entries.enumerated() {
            let name = entry["name"]?.string
            let title = name.map { "\"\($0)\"" } ?? "[\(index)]"
            let changed = try edited(entry, name: name, title: title, index: index)
            if changed != nil { changes += 1 }
            result.append(changed ?? entry)
        }
        guard changes > 0 else {
            throw RolloutError(.noRoute(host: host.text, editable: editable), in: original)
        }
        var manifest = original
        try manifest.edit(.array(result), at: ["spec", "http"])
        return manifest
    }

    /// The entry with new weights, `nil` when it is to stay.
    private mutating func edited(
        _ entry: Value,
        name: String?,
        title: String,
        index: Int
    ) throws(RolloutError) -> Value? {
        guard editable.isEmpty || name.map(editable.contains) == true else {
            return skip(title, "it is not among the editable routes")
        }
        let route = try list(entry["route"], "spec.http[\(index)].route")
        guard !route.isEmpty else { return skip(title, "it has no destinations") }
        let destinations = RouteDestinations(route, host: host, namespace: original.namespace, label: label)
        guard !destinations.own.isEmpty else { return skip(title, "no destination is host \"\(host.text)\"") }
        let weights = try weights(beside: destinations, title)
        var copy = entry
        copy["route"] = .array(
            Variant.allCases.compactMap { destinations.entry(for: $0, weights[$0]) } + destinations.other
        )
        receivers.formUnion(Variant.allCases.filter { weights[$0] > 0 })
        let others = destinations.other.isEmpty ? "" : ", others keep \(100 - weights.sum)%"
        notes.append("route \(title) updated: \(weights.displayText)\(others)")
        return copy
    }

    private mutating func skip(_ title: String, _ why: String) -> Value? {
        notes.append("route \(title) skipped: \(why)")
        return nil
    }

    /// The weights of the variants in what other destinations leave; the primary gets what rounding leaves.
    private func weights(beside destinations: RouteDestinations, _ title: String) throws(RolloutError)
        -> TrafficPercentages
    {
        var taken = 0
        for destination in destinations.other {
            let weight = destination["weight"] ?? 0
            guard let number = weight.isNull ? 0 : weight.int, (0...100).contains(number) else {
                let text = "a weight must be a whole number from 0 to 100, found \(weight.described)"
                throw RolloutError(.badRoute(route: title, text: text), in: original)
            }
            taken += number
        }
        guard taken <= 100 else {
            let text = "the weights of other destinations add up to \(taken), more than 100"
            throw RolloutError(.badRoute(route: title, text: text), in: original)
        }
        let available = 100 - taken
        let canary = shares.canary * available / 100
        let baseline = shares.baseline * available / 100
        guard canary >= 0, baseline >= 0, canary + baseline <= available else {
            let text = "\(shares.displayText) is more than 100%"
            throw RolloutError(.badRoute(route: title, text: text), in: original)
        }
        return TrafficPercentages(primary: available - canary - baseline, canary: canary, baseline: baseline)
    }

    private func list(_ node: Value?, _ path: String) throws(RolloutError) -> [Value] {
        guard let node, !node.isNull else { return [] }
        guard let list = node.array else {
            let found = node.typeNameWithArticle
            throw RolloutError(.badField(path: path, expected: "a list", found: found), in: original)
        }
        return list
    }
}

extension TrafficPercentages {
    fileprivate var sum: Int { primary + canary + baseline }
}
