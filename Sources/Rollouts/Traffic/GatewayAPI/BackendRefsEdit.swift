import Manifests

/// Sets the weights of the variants in the rules of a route of the Gateway API.
///
/// A weight is relative to the sum of the weights in its rule, and 1 when it is not written. See
/// [BackendRef](https://gateway-api.sigs.k8s.io/reference/spec/#backendref). Everything else stays: other backends with
/// their proportion, matches, filters, ports, and fields that nobody knows.
struct BackendRefsEdit {
    let original: Manifest
    let services: VariantServices
    let shares: TrafficPercentages

    private static let greatestWeight = 1_000_000

    /// The rule with new weights; one without a backend of ours stays.
    func edited(_ rule: RouteEdit.Route) throws(RolloutError) -> RouteEdit.Outcome {
        let refs = try original.list(rule.value["backendRefs"], "\(rule.path).backendRefs")
        guard !refs.isEmpty else { return .skipped("it has no backends") }
        let own = try ownBackends(refs, rule)
        guard !own.isEmpty else { return .skipped("no backend is one of the Services \(services.text)") }
        var available = 0
        for ref in own.values { available += try weight(ref, rule) }
        guard available > 0 else { return .withoutShare("its backends of ours have no weight") }
        let other = refs.filter { services.variant(of: $0, in: refs) == nil }
        guard !other.isEmpty else { return outcome(rule, own, shares, [], text: shares.displayText) }
        return try outcome(rule, own, sharing: available, beside: other)
    }

    /// The backends of the variants, each once.
    private func ownBackends(_ refs: [Value], _ rule: RouteEdit.Route) throws(RolloutError) -> [Variant: Value] {
        var own: [Variant: Value] = [:]
        for ref in refs {
            guard let variant = services.variant(of: ref, in: refs) else { continue }
            guard own.updateValue(ref, forKey: variant) == nil else {
                let name = services.name(of: variant)
                throw RolloutError(.badRule(rule, "Service \"\(name)\" is there twice; remove one"), in: original)
            }
        }
        return own
    }

    /// The rule with other backends: to have whole numbers, all weights are a hundred times those in Git.
    private func outcome(
        _ rule: RouteEdit.Route,
        _ own: [Variant: Value],
        sharing available: Int,
        beside other: [Value]
    ) throws(RolloutError) -> RouteEdit.Outcome {
        let weights = TrafficPercentages(
            primary: shares.primary * available,
            canary: shares.canary * available,
            baseline: shares.baseline * available
        )
        var scaled: [Value] = []
        var sum = 0
        for ref in other {
            let weight = try weight(ref, rule) * 100
            var copy = ref
            copy["weight"] = .int(weight)
            scaled.append(copy)
            sum += weight
        }
        let greatest = (Variant.allCases.map { weights[$0] } + scaled.compactMap { $0["weight"]?.int }).max() ?? 0
        guard greatest <= Self.greatestWeight else {
            let text = "it needs the weight \(greatest), more than \(Self.greatestWeight); write smaller ones in Git"
            throw RolloutError(.badRule(rule, text), in: original)
        }
        let numbers = Variant.allCases.map { "\($0.rawValue) \(weights[$0])" }.joined(separator: ", ")
        return outcome(rule, own, weights, scaled, text: "weights \(numbers) beside \(sum) of other backends")
    }

    private func outcome(
        _ rule: RouteEdit.Route,
        _ own: [Variant: Value],
        _ weights: TrafficPercentages,
        _ other: [Value],
        text: String
    ) -> RouteEdit.Outcome {
        var copy = rule.value
        copy["backendRefs"] = .array(Variant.allCases.compactMap { entry(for: $0, weights[$0], own) } + other)
        return .edited(copy, weights: weights, text: text)
    }

    /// The backend of a variant, `nil` when it gets nothing; the primary is always there.
    ///
    /// One that is there already is kept but for its weight. A new one gets the port of the primary's, and no filters.
    private func entry(for variant: Variant, _ weight: Int, _ own: [Variant: Value]) -> Value? {
        guard variant == .primary || weight > 0 else { return nil }
        var entry = own[variant] ?? ["name": .string(services.name(of: variant))]
        if own[variant] == nil { entry["port"] = own[.primary]?["port"] ?? own.values.compactMap { $0["port"] }.first }
        entry["weight"] = .int(weight)
        return entry
    }

    private func weight(_ ref: Value, _ rule: RouteEdit.Route) throws(RolloutError) -> Int {
        guard let written = ref["weight"], !written.isNull else { return 1 }
        guard let weight = written.int, (0...Self.greatestWeight).contains(weight) else {
            let text = "a weight must be a whole number from 0 to \(Self.greatestWeight), found \(written.described)"
            throw RolloutError(.badRule(rule, text), in: original)
        }
        return weight
    }
}
