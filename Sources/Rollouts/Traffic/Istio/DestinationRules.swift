import Manifests

/// The DestinationRules of a host, which define the subsets that routes name.
///
/// Istio looks for them in the namespaces of the client and of the Service, and in its own. A rule that is in the
/// cluster counts more than one in Git, which may not be applied yet.
struct DestinationRules {
    private let host: ServiceHost
    private let inGit: [Rule]
    /// `nil` when nobody can tell.
    private let live: [Rule]?

    private struct Rule {
        let manifest: Manifest
        let subsets: [String: [String: String]]

        init?(_ manifest: Manifest, host: ServiceHost) {
            guard manifest.groupVersionKind.groupKind == .destinationRule,
                host.matches(manifest[path: "spec", "host"]?.string ?? "", from: manifest.namespace)
            else { return nil }
            self.manifest = manifest
            subsets = (manifest[path: "spec", "subsets"]?.array ?? []).reduce(into: [:]) { subsets, subset in
                guard let name = subset["name"]?.string else { return }
                subsets[name] = (subset["labels"]?.mapping ?? Mapping()).reduce(into: [:]) {
                    $0[$1.key] = $1.value.string
                }
            }
        }
    }

    init(of host: ServiceHost, in manifests: [Manifest], _ answers: TrafficAnswers) {
        self.host = host
        inGit = manifests.compactMap { Rule($0, host: host) }
        let known = Self.lookups(for: host).compactMap { answers[$0] }
        live = known.isEmpty ? nil : known.joined().compactMap { try? Manifest($0) }.compactMap { Rule($0, host: host) }
    }

    /// Where the rules of a host are looked for.
    static func lookups(for host: ServiceHost) -> [TrafficLookup] {
        [host.namespace, host.serviceNamespace].map { TrafficLookup(kind: .destinationRule, namespace: $0) }
    }

    /// The rules that the subsets are taken from.
    private var rules: [Rule] { live.flatMap { $0.isEmpty ? nil : $0 } ?? inGit }

    /// The labels by which a subset chooses pods, none when nobody can tell.
    func labels(of subset: String) -> [String: String] {
        rules.lazy.compactMap { $0.subsets[subset] }.first ?? [:]
    }

    /// Refuses subsets that no rule defines.
    ///
    /// - Returns: What the user should know when there is no rule to look at.
    func require(_ subsets: [String]) throws(RolloutError) -> [String] {
        if let rule = rules.first {
            for subset in subsets where !rules.contains(where: { $0.subsets[subset] != nil }) {
                let isInGit = inGit.contains { $0.subsets[subset] != nil }
                let reason = RolloutError.Reason.noSubset(subset, host: host.text, isInGit: isInGit)
                throw RolloutError(reason, in: rule.manifest)
            }
        }
        guard live?.isEmpty == true else { return [] }
        if let rule = inGit.first {
            let name = rule.manifest.key.shortDescription
            return ["\(name) is not in the cluster yet; its subsets get no traffic before it is applied"]
        }
        let names = subsets.map { "\"\($0)\"" }.joined(separator: ", ")
        return [
            "no DestinationRule of host \"\(host.text)\" found; unless one elsewhere defines the subsets \(names), "
                + "their traffic fails"
        ]
    }
}
