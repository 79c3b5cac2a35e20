import Crypto
public import Manifests

/// The hash of the ConfigMaps and Secrets that pods use.
///
/// It stands in an annotation of the pod template, so that pods restart when a ConfigMap or a Secret changes. The form
/// is PipeCD's, byte for byte: taking over an application restarts nothing.
public enum ConfigHash {
    /// What goes into the hash.
    public enum Version: Int, Sendable, Hashable {
        /// Exactly what PipeCD hashes.
        case compatible = 1
        /// `stringData` and every way in which pods use ConfigMaps and Secrets, and namespaces are told apart.
        ///
        /// Where none of these is used the hash is the same.
        case complete = 2
    }

    /// The hash of configs in the order given.
    ///
    /// - Throws: `RolloutError` when there are none, or when a value of one cannot be encoded.
    public static func hash(of configs: [Manifest], version: Version = .compatible) throws(RolloutError) -> String {
        guard !configs.isEmpty else { throw RolloutError(.nothingToHash) }
        var sha = SHA256()
        for config in configs {
            sha.update(data: Array(try ConfigEncoding(config, version: version).text.utf8))
        }
        return short(sha.finalize())
    }

    /// The manifests with the hash of what they use in the pod templates of workloads: Deployments, StatefulSets,
    /// DaemonSets.
    ///
    /// Workloads that use none of the ConfigMaps and Secrets among the manifests stay as they are.
    public static func annotate(
        _ manifests: [Manifest],
        version: Version = .compatible
    ) throws(RolloutError) -> [Manifest] {
        let configMaps = manifests.filter(\.isConfigMap)
        let secrets = manifests.filter(\.isSecret)
        guard !(configMaps.isEmpty && secrets.isEmpty) else { return manifests }
        var result: [Manifest] = []
        for manifest in manifests {
            let isHashed = WorkloadKinds.contains(manifest)
            let used = isHashed ? configs(of: manifest, configMaps, secrets, version) : []
            result.append(used.isEmpty ? manifest : try manifest.withConfigHash(hash(of: used, version: version)))
        }
        return result
    }

    private static func configs(
        of workload: Manifest,
        _ configMaps: [Manifest],
        _ secrets: [Manifest],
        _ version: Version
    ) -> [Manifest] {
        let references = ConfigReferences(in: workload, scope: version == .compatible ? .common : .everything)
        func find(_ name: String, _ among: [Manifest]) -> Manifest? {
            among.last { $0.name == name && (version == .compatible || workload.sharesNamespace(with: $0)) }
        }
        return references.configMaps.compactMap { find($0, configMaps) }
            + references.secrets.compactMap { find($0, secrets) }
    }

    /// The first ten hexadecimal digits with some replaced by letters, so that no word or number comes about.
    private static func short(_ digest: SHA256.Digest) -> String {
        let digits = Array("gh2k456789mbcdtf")
        let letters = digest.prefix(5).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(letters)
    }
}

extension Manifest {
    /// Whether two objects may be in one namespace: the same one is written, or one of them leaves it open.
    func sharesNamespace(with other: Manifest) -> Bool {
        namespace == nil || other.namespace == nil || namespace == other.namespace
    }

    fileprivate func withConfigHash(_ hash: String) throws(RolloutError) -> Manifest {
        var copy = self
        do {
            try copy.set(.string(hash), at: ["spec", "template", "metadata", "annotations", MarkKey.configHash])
        } catch {
            throw RolloutError(.manifest(error), in: self)
        }
        return copy
    }
}
