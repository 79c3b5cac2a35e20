import Crypto
public import Manifests

/// The hash of the ConfigMaps and Secrets that pods use.
///
/// It stands in an annotation of the pod template, so that pods restart when a ConfigMap or a Secret changes. The form
/// is PipeCD's, byte for byte: taking over an application restarts nothing. `ConfigReferences` says what pods use.
public enum ConfigHash {
    /// What goes into the hash.
    ///
    /// In both versions it is the SHA-256 of one text: for each ConfigMap, then for each Secret, in the order of their
    /// names, compact JSON with keys sorted by their bytes, `<`, `>`, `&`, U+2028 and U+2029 escaped, and nothing
    /// between. The first ten hexadecimal digits count, with `0`, `1`, `3`, `a` and `e` written as `g`, `h`, `k`, `m`
    /// and `t`. A ConfigMap gives `binaryData` (if any), `data`, `immutable` (if set), `kind` and `name`; a Secret
    /// `data` (base64), `immutable` (if set), `kind`, `name` and `type`. Missing `data` is `null`.
    public enum Version: Int, Sendable, Hashable {
        /// Exactly what PipeCD hashes.
        ///
        /// Deployments, StatefulSets and DaemonSets get the hash of what their volumes and the variables of their
        /// containers and init containers name; of two configs with one name the last counts, whatever its namespace.
        case compatible = 1
        /// Every way in which pods use ConfigMaps and Secrets, in their own namespace.
        ///
        /// The text differs in one thing only: `stringData` is in `data`, as base64 and over the same keys, as a server
        /// keeps it. So where nothing of the following is used the hash is the one of version 1. It is of whatever pods
        /// name, also in projected volumes, ephemeral containers, and as credentials for images and volumes; of configs
        /// of the workload's namespace, one that leaves its namespace open being the second choice. CronJobs get it in the
        /// template of their jobs' pods, and Jobs when they are made anew (`pipecd.dev/force-sync-by-replace`): in place
        /// their template cannot change.
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

    /// The manifests with the hash of what they use in their pod templates.
    ///
    /// What uses none of the ConfigMaps and Secrets among the manifests stays as it is.
    public static func annotate(
        _ manifests: [Manifest],
        version: Version = .compatible
    ) throws(RolloutError) -> [Manifest] {
        let configs = Configs(manifests, version)
        guard !configs.isEmpty else { return manifests }
        var hashes: [[Int]: String] = [:]
        var result: [Manifest] = []
        for manifest in manifests {
            let template = version.template(of: manifest)
            let used = template == nil ? [] : configs.used(by: manifest)
            guard let template, !used.isEmpty else {
                result.append(manifest)
                continue
            }
            // A thousand workloads may share one config of a megabyte.
            if hashes[used] == nil { hashes[used] = try hash(of: used.map { configs[$0] }, version: version) }
            result.append(try manifest.withConfigHash(hashes[used] ?? "", in: template))
        }
        return result
    }

    /// What the user should know about Secrets that the hash does not cover, one line for each.
    public static func notes(on manifests: [Manifest], version: Version) -> [String] {
        guard version == .compatible else { return [] }
        let secrets = Configs(manifests.filter { $0.isSecret && $0.hasTexts }, .complete)
        guard !secrets.isEmpty else { return [] }
        let used = manifests.filter(WorkloadKinds.contains).flatMap { secrets.used(by: $0) }.map { secrets[$0].key }
        return manifests.map(\.key).filter(Set(used).contains).map { key in
            "\(key.shortDescription): the pods that use it do not restart when its stringData changes; "
                + "set configHashVersion: 2"
        }
    }

    /// The first ten hexadecimal digits with some replaced by letters, so that no word or number comes about.
    private static func short(_ digest: SHA256.Digest) -> String {
        let digits = Array("gh2k456789mbcdtf")
        let letters = digest.prefix(5).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(letters)
    }
}

/// The ConfigMaps and Secrets of an application.
private struct Configs {
    private let manifests: [Manifest]
    private let version: ConfigHash.Version
    private var configMaps = ConfigIndex()
    private var secrets = ConfigIndex()

    init(_ manifests: [Manifest], _ version: ConfigHash.Version) {
        self.manifests = manifests
        self.version = version
        for (index, manifest) in manifests.enumerated() {
            if manifest.isConfigMap { configMaps.add(manifest, at: index) }
            if manifest.isSecret { secrets.add(manifest, at: index) }
        }
    }

    var isEmpty: Bool { configMaps.isEmpty && secrets.isEmpty }

    subscript(index: Int) -> Manifest { manifests[index] }

    /// Those that the pods of a workload use, in the order of the hash.
    func used(by workload: Manifest) -> [Int] {
        let references = ConfigReferences(in: workload, scope: version == .compatible ? .common : .everything)
        let user = version == .compatible ? nil : workload
        return references.configMaps.compactMap { configMaps.find($0, for: user) }
            + references.secrets.compactMap { secrets.find($0, for: user) }
    }
}

/// Where the last config of each name is, in all namespaces and in each.
private struct ConfigIndex {
    private struct Place: Hashable {
        let name: String
        let namespace: String?
    }

    private var named: [String: Int] = [:]
    private var placed: [Place: Int] = [:]
    private var open: [String: Int] = [:]

    var isEmpty: Bool { named.isEmpty }

    mutating func add(_ config: Manifest, at index: Int) {
        let key = config.key
        named[key.name] = index
        placed[Place(name: key.name, namespace: key.normalized.namespace)] = index
        if config.namespace == nil { open[key.name] = index }
    }

    /// The config of a name that a workload uses; without a workload the last one.
    ///
    /// One in the workload's namespace comes before one that may be in it, as either leaves its own open.
    func find(_ name: String, for workload: Manifest?) -> Int? {
        guard let workload else { return named[name] }
        let near = placed[Place(name: name, namespace: workload.key.normalized.namespace)]
        return near ?? (workload.namespace == nil ? named : open)[name]
    }
}

extension ConfigHash.Version {
    /// The path of the pod template that gets the hash, `nil` for objects that get none.
    fileprivate func template(of manifest: Manifest) -> [String]? {
        if WorkloadKinds.contains(manifest) { return PodTemplate.ofWorkload }
        guard self == .complete, manifest.groupVersionKind.group == "batch" else { return nil }
        switch manifest.kind {
        case "CronJob": return PodTemplate.ofCronJob
        case "Job" where manifest.annotations[MarkKey.forceSyncByReplace] == "enabled": return PodTemplate.ofWorkload
        default: return nil
        }
    }
}

extension Manifest {
    fileprivate var hasTexts: Bool { self[path: "stringData"]?.mapping?.isEmpty == false }

    fileprivate func withConfigHash(_ hash: String, in template: [String]) throws(RolloutError) -> Manifest {
        var copy = self
        do {
            try copy.set(.string(hash), at: template + ["metadata", "annotations", MarkKey.configHash])
        } catch {
            throw RolloutError(.manifest(error), in: self)
        }
        return copy
    }
}
