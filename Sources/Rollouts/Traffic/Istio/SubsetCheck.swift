import Manifests

/// Looks whether the DestinationRules in Git define the subsets that are to receive traffic.
///
/// Without any rule for the host in Git it may be elsewhere, and nothing is known.
struct SubsetCheck {
    private let rules: [Manifest]
    private let host: ServiceHost

    init(_ loaded: [Manifest], host: ServiceHost) {
        self.host = host
        rules = loaded.filter { rule in
            rule.groupVersionKind.groupKind == .destinationRule
                && host.matches(rule[path: "spec", "host"]?.string ?? "", from: rule.namespace)
        }
    }

    func require(_ variants: [Variant], _ label: VariantLabel) throws(RolloutError) {
        guard let rule = rules.first else { return }
        let subsets = rules.flatMap { $0[path: "spec", "subsets"]?.array ?? [] }.compactMap { $0["name"]?.string }
        for subset in variants.map(label.value) where !subsets.contains(subset) {
            throw RolloutError(.noSubset(subset, host: host.text), in: rule)
        }
    }
}
