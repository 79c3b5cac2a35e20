import Manifests

/// Copies objects under new names for one variant.
struct VariantCopy {
    let variant: Variant
    let label: VariantLabel
    let suffix: String
    /// All objects of the application.
    let source: [Manifest]
    private let configMaps: ConfigNames
    private let secrets: ConfigNames

    init(variant: Variant, label: VariantLabel, suffix: String, source: [Manifest]) {
        (self.variant, self.label, self.suffix, self.source) = (variant, label, suffix, source)
        configMaps = ConfigNames(of: source.lazy.filter(\.isConfigMap))
        secrets = ConfigNames(of: source.lazy.filter(\.isSecret))
    }

    /// The copy of an object under its new name, with the new key in its annotation.
    func renamed(_ manifest: Manifest) throws(RolloutError) -> Manifest {
        var copy = manifest
        copy.name = suffix.isEmpty ? manifest.name : "\(manifest.name)-\(suffix)"
        try copy.requireName(of: manifest)
        copy.setAnnotation(MarkKey.resourceKey, copy.key.description)
        return copy
    }

    /// A copy of a workload that runs the pods of the variant.
    ///
    /// - Parameters:
    ///   - manifest: The workload.
    ///   - replicas: How many pods; `nil` means one.
    /// - Returns: The copy.
    /// - Throws: `RolloutError` when its kind cannot be copied, it lacks a selector, or a field has the wrong type.
    func workload(_ manifest: Manifest, replicas: Replicas?) throws(RolloutError) -> Manifest {
        let kind = try WorkloadKinds.copyable(manifest)
        guard manifest[path: "spec", "selector"]?.isNull == false else { throw RolloutError(.noSelector, in: manifest) }
        try manifest.checkVariables()
        var copy = manifest
        kind.adapt(&copy)
        let pods = try replicas?.resolved(of: manifest.replicas()) ?? 1
        try copy.edit(.int(pods), at: ["spec", "replicas"])
        try copy.setPodVariant(variant, label)
        if let pod = copy[path: "spec", "template", "spec"] {
            try copy.edit(renaming(for: manifest).apply(to: pod), at: ["spec", "template", "spec"])
        }
        return try renamed(copy)
    }

    /// Refuses copies that would overwrite an object in Git.
    func refuseTakenNames(_ copies: [Manifest], in loaded: [Manifest]) throws(RolloutError) {
        let taken = loaded.reduce(into: [:]) { $0[$1.key.normalized] = $1.key }
        for copy in copies {
            if let key = taken[copy.key.normalized] { throw RolloutError(.nameTaken(by: key), in: copy) }
        }
    }

    /// New names for the ConfigMaps and Secrets of the application that a workload can reach.
    private func renaming(for workload: Manifest) -> ReferenceRenaming {
        ReferenceRenaming { kind, name in
            guard !suffix.isEmpty else { return nil }
            let configs = kind == .configMap ? configMaps : secrets
            return configs.hasOne(named: name, near: workload) ? "\(name)-\(suffix)" : nil
        }
    }
}

/// The names of configs, with the namespaces that they are in.
private struct ConfigNames {
    private var namespaces: [String: Set<String?>] = [:]

    init(of configs: some Sequence<Manifest>) {
        for config in configs { namespaces[config.name, default: []].insert(config.namespace) }
    }

    /// Whether one of that name may be in the namespace of a workload, as one of the two may leave its own open.
    func hasOne(named name: String, near workload: Manifest) -> Bool {
        guard let places = namespaces[name] else { return false }
        return workload.namespace == nil || places.contains(nil) || places.contains(workload.namespace)
    }
}

extension Manifest {
    /// Refuses a generated name under which the object, or its pods, cannot be made.
    fileprivate func requireName(of original: Manifest) throws(RolloutError) {
        let kindLimit = WorkloadKinds.kind(of: self)?.nameLimit ?? NameSyntax.nameLimit
        let limit = isService ? NameSyntax.labelLimit : kindLimit
        let isShort = limit <= NameSyntax.labelLimit
        let isName = isShort ? NameSyntax.isDNSLabel(name) : NameSyntax.isSubdomain(name)
        guard isName, name.utf8.count <= limit else { throw RolloutError(.badName(name, limit: limit), in: original) }
    }

    /// The number of replicas as written, `nil` when nothing is written.
    fileprivate func replicas() throws(RolloutError) -> Int? {
        guard let node = self[path: "spec", "replicas"], !node.isNull else { return nil }
        guard let number = node.int, number >= 0 else {
            let found = node.string == nil ? node.described : node.typeNameWithArticle
            throw RolloutError(.badField(path: "spec.replicas", expected: "a count of pods", found: found), in: self)
        }
        return number
    }

    /// Refuses variables of containers whose value is no string, which the API server would refuse half way.
    fileprivate func checkVariables() throws(RolloutError) {
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            let containers = self[path: "spec", "template", "spec", list]?.array ?? []
            for (index, container) in containers.enumerated() {
                for variable in container["env"]?.array ?? [] {
                    guard let value = variable["value"], !value.isNull, value.string == nil else { continue }
                    let path = "spec.template.spec.\(list)[\(index)].env \"\(variable["name"]?.string ?? "")\""
                    let found = value.typeNameWithArticle
                    throw RolloutError(.badField(path: path, expected: "a string (quote it)", found: found), in: self)
                }
            }
        }
    }

    /// Puts the variant into the selector and the pod labels, over any other value.
    mutating func setPodVariant(_ variant: Variant, _ label: VariantLabel) throws(RolloutError) {
        for path in [["spec", "selector", "matchLabels"], ["spec", "template", "metadata", "labels"]] {
            try requireStrings(at: path)
            try edit(.string(label.value(of: variant)), at: path + [label.key])
        }
    }

    /// Refuses a map of labels in which a value is no string.
    func requireStrings(at path: [String]) throws(RolloutError) {
        guard let node = object.at(path), !node.isNull else { return }
        for member in node.mapping ?? Mapping() where member.value.string == nil {
            let path = (path + [member.key]).joined(separator: ".")
            let found = member.value.typeNameWithArticle
            throw RolloutError(.badField(path: path, expected: "a string (quote it)", found: found), in: self)
        }
    }

    /// Puts a node at a path, making the mappings on the way.
    mutating func edit(_ value: Value, at path: [String]) throws(RolloutError) {
        do {
            try set(value, at: path)
        } catch {
            throw RolloutError(.manifest(error), in: self)
        }
    }
}
