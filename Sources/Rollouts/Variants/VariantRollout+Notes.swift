public import Manifests

extension VariantRollout {
    /// What the user should know before the copies run beside the primary, one line each.
    ///
    /// - Parameters:
    ///   - copies: The objects of the variant, as `manifests` made them.
    ///   - variant: The canary or the baseline.
    ///   - loaded: The objects of the application.
    ///   - spec: The application's settings.
    /// - Returns: Notes on Services that send traffic at once, then on volumes that cannot be shared.
    public static func notes(
        on copies: [Manifest],
        of variant: Variant,
        from loaded: [Manifest],
        spec: PluginSpec
    ) -> [String] {
        let workloads = copies.filter(WorkloadKinds.contains)
        let labelled = PodLabels(of: workloads)
        let services = loaded.filter { service in
            service.isService && !TrafficRouting.weighs(service, spec: spec)
                && service.podSelector(unlike: spec.variantLabel).map {
                    labelled.hasWorkload(in: service.namespace, with: $0)
                } == true
        }
        let traffic = services.map { service in
            "\(service.key.shortDescription) selects the \(variant.rawValue)'s pods, too: "
                + "they get traffic as soon as they are ready"
        }
        let claims = Dictionary(grouping: loaded.filter(\.isClaim)) { Claim(name: $0.name, namespace: $0.namespace) }
        return traffic + workloads.flatMap { sharedClaims(of: $0, claims) }
    }

    /// What a pod names a claim by.
    private struct Claim: Hashable {
        let name: String
        let namespace: String?
    }

    /// The claims of the application that only one node can mount, and a copy mounts beside the primary.
    private static func sharedClaims(of workload: Manifest, _ claims: [Claim: [Manifest]]) -> [String] {
        let path = ["spec", "template", "spec", "volumes", "persistentVolumeClaim", "claimName"]
        let names = ReferenceWalker.strings(in: workload.object, at: path)
        let used = names.flatMap { claims[Claim(name: $0, namespace: workload.namespace)] ?? [] }
        return used.compactMap { claim in
            let modes = (claim[path: "spec", "accessModes"]?.array ?? []).compactMap(\.string)
            guard let mode = modes.first, modes.allSatisfy({ $0.hasPrefix("ReadWriteOnce") }) else { return nil }
            return
                "\(workload.key.shortDescription) mounts \(claim.key.shortDescription) (\(mode)) beside the primary: "
                + "its pods wait where the volume cannot be mounted twice"
        }
    }
}

/// The labels of the pods of workloads, and which workload has which.
private struct PodLabels {
    private struct Label: Hashable {
        let namespace: String?
        let key: String
        let value: Value
    }

    private let pods: [Value?]
    private var places: [Label: [Int]] = [:]

    init(of workloads: [Manifest]) {
        pods = workloads.map { $0[path: "spec", "template", "metadata", "labels"] }
        for (index, labels) in pods.enumerated() {
            for label in labels?.mapping ?? [:] {
                let label = Label(namespace: workloads[index].namespace, key: label.key, value: label.value)
                places[label, default: []].append(index)
            }
        }
    }

    /// Whether pods in a namespace have all these labels; only those that have the rarest of them are looked at.
    func hasWorkload(in namespace: String?, with selector: Mapping) -> Bool {
        let candidates = selector.map { places[Label(namespace: namespace, key: $0.key, value: $0.value)] ?? [] }
        let fewest = candidates.min { $0.count < $1.count } ?? []
        return fewest.contains { index in selector.allSatisfy { pods[index]?[$0.key] == $0.value } }
    }
}

extension Manifest {
    fileprivate var isClaim: Bool { groupVersionKind.groupKind == GroupKind(kind: "PersistentVolumeClaim") }

    /// The selector of a Service that does not tell the variants apart.
    fileprivate func podSelector(unlike label: VariantLabel) -> Mapping? {
        guard let selector = self[path: "spec", "selector"]?.mapping, !selector.isEmpty, selector[label.key] == nil
        else { return nil }
        return selector
    }
}
