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
        let services = loaded.filter { service in
            !TrafficRouting.weighs(service, spec: spec)
                && workloads.contains { service.selectsPods(of: $0, unlike: spec.variantLabel) }
        }
        let traffic = services.map { service in
            "\(service.key.shortDescription) selects the \(variant.rawValue)'s pods, too: "
                + "they get traffic as soon as they are ready"
        }
        return traffic + workloads.flatMap { sharedClaims(of: $0, loaded) }
    }

    /// The claims of the application that only one node can mount, and a copy mounts beside the primary.
    private static func sharedClaims(of workload: Manifest, _ loaded: [Manifest]) -> [String] {
        let path = ["spec", "template", "spec", "volumes", "persistentVolumeClaim", "claimName"]
        let names = ReferenceWalker.strings(in: workload.object, at: path)
        let claims = loaded.filter { claim in
            claim.groupVersionKind.groupKind == GroupKind(kind: "PersistentVolumeClaim") && names.contains(claim.name)
                && claim.namespace == workload.namespace
        }
        return claims.compactMap { claim in
            let modes = (claim[path: "spec", "accessModes"]?.array ?? []).compactMap(\.string)
            guard let mode = modes.first, modes.allSatisfy({ $0.hasPrefix("ReadWriteOnce") }) else { return nil }
            return
                "\(workload.key.shortDescription) mounts \(claim.key.shortDescription) (\(mode)) beside the primary: "
                + "its pods wait where the volume cannot be mounted twice"
        }
    }
}

extension Manifest {
    /// Whether this is a Service that selects the pods of a workload without telling the variants apart.
    fileprivate func selectsPods(of workload: Manifest, unlike label: VariantLabel) -> Bool {
        guard isService, namespace == workload.namespace, let selector = self[path: "spec", "selector"]?.mapping,
            !selector.isEmpty, selector[label.key] == nil
        else { return false }
        let labels = workload[path: "spec", "template", "metadata", "labels"]
        return selector.allSatisfy { labels?[$0.key] == $0.value }
    }
}
