import FuzzSupport
import Manifests
import Rollouts

/// The copies for a variant have names of their own, use the copies of what the application brings along, and are the
/// originals in everything else.
struct VariantCheck {
    let variant: Variant
    let loaded: [Manifest]
    let spec: PluginSpec

    func check(_ details: StageOptions.Details?) {
        guard let options = details?.rollout, let copies = copies(options) else { return }
        requireSame(self.copies(options), copies, "a second rollout makes other copies")
        let taken = Set(loaded.map(\.key.normalized))
        for copy in copies {
            require((try? Manifest(copy.object)) != nil, "\(copy.key) is no valid manifest")
            require(!taken.contains(copy.key.normalized), "\(copy.key) is in Git")
            require(
                copy.labels[spec.variantLabel.key] == spec.variantLabel.value(of: variant),
                "\(copy.key) has no label"
            )
        }
        for note in VariantRollout.notes(on: copies, of: variant, from: loaded, spec: spec) {
            requireOneLine(note, "a note")
        }
        guard options.patches.isEmpty else { return checkPatches(copies, options) }
        require(Set(copies.map(\.key)).count == copies.count, "two copies have one name")
        for copy in copies { check(copy, options) }
    }

    private func copies(_ options: VariantRolloutOptions) -> [Manifest]? {
        attempt { try VariantRollout.manifests(for: variant, from: loaded, spec: spec, options: options) }
    }

    private func check(_ copy: Manifest, _ options: VariantRolloutOptions) {
        let original = loaded.first {
            $0.groupVersionKind == copy.groupVersionKind && $0.namespace == copy.namespace
                && copy.name == "\($0.name)-\(options.suffix)"
        }
        guard let original else { fatalError("\(copy.key) is the copy of nothing") }
        let allowed = AllowedChanges(original: original, label: spec.variantLabel.key)
        requireOnly(
            { allowed.contain($0) || isRenaming($0, in: original, options.suffix) },
            from: original,
            to: copy,
            "the copy"
        )
        if original.isWorkload { checkReferences(original, copy, options.suffix) }
    }

    /// Whether a difference is the new name of a ConfigMap or a Secret of the application.
    private func isRenaming(_ difference: Difference, in original: Manifest, _ suffix: String) -> Bool {
        guard original.isWorkload, difference.path.starts(with: ["spec", "template", "spec"]),
            let name = difference.old?.string, difference.new?.string == "\(name)-\(suffix)"
        else { return false }
        return (configMaps(around: original) + secrets(around: original)).contains(name)
    }

    /// Every reference to a ConfigMap or a Secret of the application leads to its copy.
    private func checkReferences(_ original: Manifest, _ copy: Manifest, _ suffix: String) {
        guard original[path: "spec", "jobTemplate"] == nil else { return }
        let (old, new) = (
            ConfigReferences(in: original, scope: .everything), ConfigReferences(in: copy, scope: .everything)
        )
        for name in Set(old.configMaps).intersection(configMaps(around: original)) {
            let isRenamed = new.configMaps.contains("\(name)-\(suffix)") && !new.configMaps.contains(name)
            require(isRenamed, "\(copy.key) uses the ConfigMap \(name) of the primary")
        }
        for name in Set(old.secrets).intersection(secrets(around: original)) {
            let isRenamed = new.secrets.contains("\(name)-\(suffix)") && !new.secrets.contains(name)
            require(isRenamed, "\(copy.key) uses the Secret \(name) of the primary")
        }
    }

    private func configMaps(around workload: Manifest) -> [String] {
        loaded.filter { $0.isConfigMap && $0.mayShareNamespace(with: workload) }.map(\.name)
    }

    private func secrets(around workload: Manifest) -> [String] {
        loaded.filter { $0.isSecret && $0.mayShareNamespace(with: workload) }.map(\.name)
    }

    /// A patch changes the copy of its target, and config hashes.
    private func checkPatches(_ copies: [Manifest], _ options: VariantRolloutOptions) {
        let identity = ["metadata", "kind", "apiVersion", "..", "name", "\\", "'"]
        let paths = options.patches.flatMap { $0.operations.map(\.path) }
        guard !paths.contains(where: { path in identity.contains { path.contains($0) } }) else { return }
        var plain = options
        plain.patches = []
        guard let unpatched = self.copies(plain), unpatched.map(\.key) == copies.map(\.key) else { return }
        let targets = options.patches.map { "\($0.kind) \($0.name)-\(options.suffix)" }
        for (old, new) in zip(unpatched, copies) where !targets.contains("\(old.kind) \(old.name)") {
            requireOnly({ $0.path == HashCheck.path }, from: old, to: new, "a patch of another object")
        }
    }
}

extension StageOptions.Details {
    fileprivate var rollout: VariantRolloutOptions? {
        switch self {
        case .canaryRollout(let options), .baselineRollout(let options): options
        default: nil
        }
    }
}

extension Manifest {
    fileprivate func mayShareNamespace(with other: Manifest) -> Bool {
        namespace == nil || other.namespace == nil || namespace == other.namespace
    }
}
