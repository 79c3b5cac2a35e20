import Manifests

/// Sets the weights of the variants in the HTTP routes of a VirtualService.
///
/// Everything else stays: other destinations with their weights, matches, ports, headers, and fields that nobody knows.
struct VirtualServiceEdit {
    let original: Manifest
    let host: ServiceHost
    let request: TrafficRequest

    /// The route with new weights; one without a destination of the host stays.
    func edited(_ route: RouteEdit.Route) throws(RolloutError) -> RouteEdit.Outcome {
        let list = try original.list(route.value["route"], "\(route.path).route")
        guard !list.isEmpty else { return .skipped("it has no destinations") }
        let destinations = RouteDestinations(list, host: host, namespace: original.namespace, label: request.label)
        guard !destinations.own.isEmpty else { return .skipped("no destination is host \"\(host.text)\"") }
        if let variant = destinations.twice {
            let text = "the \(variant.rawValue) has two destinations; remove one"
            throw RolloutError(.badRoute(route, text), in: original)
        }
        let available = 100 - (try taken(by: destinations, route))
        guard available > 0 else { return .withoutShare("other destinations have all of its traffic") }
        let weights = try weights(in: available, route)
        var copy = route.value
        copy["route"] = .array(
            Variant.allCases.compactMap { destinations.entry(for: $0, weights[$0]) } + destinations.other
        )
        let others = destinations.other.isEmpty ? "" : ", others keep \(100 - weights.sum)%"
        let dropped = destinations.foreign.map { $0.map { "subset \"\($0)\"" } ?? "no subset" }
        let without =
            dropped.isEmpty
            ? "" : "; dropped, because they are no variant's: \(dropped.joined(separator: ", "))"
        return .edited(copy, weights: weights, text: weights.displayText + others + without)
    }

    /// The weights of the variants in what other destinations leave; the primary gets what rounding leaves.
    private func weights(in available: Int, _ route: RouteEdit.Route) throws(RolloutError) -> TrafficPercentages {
        let shares = request.options.shares
        let canary = shares.canary * available / 100
        let baseline = shares.baseline * available / 100
        guard canary >= 0, baseline >= 0, canary + baseline <= available else {
            throw RolloutError(.badRoute(route, "\(shares.displayText) is more than 100%"), in: original)
        }
        return TrafficPercentages(primary: available - canary - baseline, canary: canary, baseline: baseline)
    }

    /// What other destinations keep.
    ///
    /// A weight is a share of the sum, so that beside them the sum must be 100: ours will be.
    private func taken(by destinations: RouteDestinations, _ route: RouteEdit.Route) throws(RolloutError) -> Int {
        guard !destinations.other.isEmpty else { return 0 }
        let taken = try sum(destinations.other, route)
        guard taken <= 100 else {
            let text = "the weights of other destinations add up to \(taken), more than 100"
            throw RolloutError(.badRoute(route, text), in: original)
        }
        let all = taken + (try sum(destinations.own, route))
        guard all == 100 else {
            let text = "the weights beside other destinations must add up to 100, found \(all)"
            throw RolloutError(.badRoute(route, text), in: original)
        }
        return taken
    }

    private func sum(_ destinations: [Value], _ route: RouteEdit.Route) throws(RolloutError) -> Int {
        var sum = 0
        for destination in destinations {
            let weight = destination["weight"] ?? 0
            guard let number = weight.isNull ? 0 : weight.int, (0...100).contains(number) else {
                let text = "a weight must be a whole number from 0 to 100, found \(weight.described)"
                throw RolloutError(.badRoute(route, text), in: original)
            }
            sum += number
        }
        return sum
    }
}
