public import Manifests

/// Makes the objects that a sync or a rollback applies.
public enum SyncRollout {
    /// All objects of the application, marked as primary; none is a normal result.
    ///
    /// - Parameters:
    ///   - loaded: The objects of the application, with their ownership marks.
    ///   - spec: The application's settings.
    ///   - labelling: Which workloads get the primary variant in their selector.
    /// - Returns: The objects in the order of `loaded`.
    /// - Throws: `RolloutError` when a selector or a ConfigMap cannot be read.
    public static func manifests(
        from loaded: [Manifest],
        spec: PluginSpec,
        labelling: SelectorLabelling
    ) throws(RolloutError) -> [Manifest] {
        var manifests = try labelling.apply(to: loaded, spec: spec)
        for index in manifests.indices { manifests[index].setVariant(.primary, spec.variantLabel) }
        return try ConfigHash.annotate(manifests, version: spec.configHashVersion)
    }
}

/// Which workloads get the primary variant in their selector and pod labels.
public enum SelectorLabelling: Sendable, Hashable {
    /// None.
    case none
    /// Those that the configuration selects.
    case selected
    /// These, by normalized key: for a rollback, which must repeat what the live selectors say, because they cannot be
    /// changed.
    case workloads(Set<ResourceKey>)

    /// The labelling that an option asks for.
    public init(addVariantLabelToSelector: Bool) {
        self = addVariantLabelToSelector ? .selected : .none
    }

    /// The labelling that live selectors show, which a rollback must repeat.
    ///
    /// - Parameters:
    ///   - live: Live workloads by normalized key.
    ///   - label: What tells the variants apart.
    /// - Returns: Those workloads whose selector has the primary variant.
    public static func following(_ live: [ResourceKey: Value], label: VariantLabel) -> SelectorLabelling {
        let path = ["spec", "selector", "matchLabels", label.key]
        return .workloads(Set(live.filter { $0.value.at(path)?.string == label.primary }.keys))
    }

    /// The manifests with the label in the selectors and pod labels of the chosen workloads.
    func apply(to manifests: [Manifest], spec: PluginSpec) throws(RolloutError) -> [Manifest] {
        let keys = chosen(in: manifests, spec)
        guard !keys.isEmpty else { return manifests }
        var result = manifests
        for index in result.indices where keys.contains(result[index].key.normalized) {
            try result[index].setPodVariant(.primary, spec.variantLabel)
        }
        return result
    }

    private func chosen(in manifests: [Manifest], _ spec: PluginSpec) -> Set<ResourceKey> {
        switch self {
        case .none: []
        case .selected: Set(Selection.workloads(in: manifests, spec.workloads).map(\.key.normalized))
        case .workloads(let keys): keys
        }
    }
}
