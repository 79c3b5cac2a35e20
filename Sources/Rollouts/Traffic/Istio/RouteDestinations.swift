import Manifests

/// The destinations of one HTTP route: those of our host, and the others.
struct RouteDestinations {
    /// Destinations of our host, in their order.
    let own: [Value]
    /// All other destinations, in their order.
    let other: [Value]
    private let host: ServiceHost
    private let label: VariantLabel

    /// Splits the destinations of a route; an entry without `destination` is dropped, it leads nowhere.
    init(_ route: [Value], host: ServiceHost, namespace: String?, label: VariantLabel) {
        self.host = host
        self.label = label
        let complete = route.filter { $0["destination"]?.mapping != nil }
        func isOwn(_ entry: Value) -> Bool {
            entry[path: "destination", "host"]?.string.map { host.matches($0, from: namespace) } ?? false
        }
        own = complete.filter(isOwn)
        other = complete.filter { !isOwn($0) }
    }

    /// The entry of a variant, `nil` when it gets nothing; the primary is always there.
    ///
    /// The entry that has the subset already is kept but for its weight. A new one gets host and port of the primary's,
    /// and no headers: those belong to their subset.
    func entry(for variant: Variant, _ weight: Int) -> Value? {
        guard variant == .primary || weight > 0 else { return nil }
        var entry = existing(variant) ?? ["destination": destination(for: variant)]
        entry["weight"] = .int(weight)
        return entry
    }

    /// A variant that has several destinations, of which only one could be kept.
    var twice: Variant? { Variant.allCases.first { all(of: $0).count > 1 } }

    /// The subsets of our host that are no variant's, `nil` for a destination without one.
    var foreign: [String?] {
        let known = Variant.allCases.flatMap(all)
        return own.filter { !known.contains($0) }.map(subset)
    }

    private func existing(_ variant: Variant) -> Value? {
        guard var entry = all(of: variant).first else { return nil }
        var destination = entry["destination"]
        destination?["subset"] = .string(label.value(of: variant))
        entry["destination"] = destination
        return entry
    }

    /// The entries of a variant; without one of its own, the primary's is that without a subset.
    private func all(of variant: Variant) -> [Value] {
        let named = own.filter { subset($0) == label.value(of: variant) }
        return named.isEmpty && variant == .primary ? own.filter { subset($0) == nil } : named
    }

    private func subset(_ entry: Value) -> String? { entry[path: "destination", "subset"]?.string }

    private func destination(for variant: Variant) -> Value {
        var destination = (existing(.primary) ?? own.first)?["destination"] ?? ["host": .string(host.text)]
        destination["subset"] = .string(label.value(of: variant))
        return destination
    }
}
