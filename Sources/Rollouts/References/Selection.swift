public import Manifests

/// Finds the objects of an application that the configuration means.
public enum Selection {
    /// The workloads to make variants of.
    ///
    /// Without references these are all objects of kind `Deployment`. Otherwise they are the matches of the first
    /// reference, then those of the second, and so on, each object once; a reference without a kind means
    /// `Deployment`, one without a name means all of the kind.
    public static func workloads(in manifests: [Manifest], _ references: [ResourceReference]) -> [Manifest] {
        let references = references.isEmpty ? [ResourceReference()] : references
        var seen: Set<ResourceKey> = []
        return references.flatMap { reference in
            manifests.filter { manifest in
                manifest.kind == reference.kind ?? "Deployment"
                    && (reference.name == nil || manifest.name == reference.name)
                    && seen.insert(manifest.key).inserted
            }
        }
    }

    /// The Services in front of the workloads: those of the core group, with the name of the reference if it has one.
    ///
    /// The kind of the reference is not looked at, because the same reference may stand for a VirtualService.
    public static func services(in manifests: [Manifest], _ reference: ResourceReference?) -> [Manifest] {
        manifests.filter { $0.isService && (reference?.name == nil || $0.name == reference?.name) }
    }
}
