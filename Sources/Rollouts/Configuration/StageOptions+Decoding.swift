public import Manifests

extension StageOptions {
    /// Reads the options of a stage.
    ///
    /// - Parameters:
    ///   - with: The `with` of the stage. `nil` means that there is none at all, as in a quick sync; then a sync takes
    ///     the application's `quickSync`, a suffix is the label value of the variant, and traffic routing is a mistake.
    ///   - kind: What the stage does. A rollback has no options: whatever it is given is ignored.
    ///   - spec: The application's settings, for defaults.
    ///   - document: The file that the options stand in, for positions.
    ///   - path: Where they stand in it, such as `spec.pipeline.stages[1].with`.
    /// - Returns: The options, or every mistake.
    public static func decode(
        _ with: Value?,
        for kind: StageKind,
        spec: PluginSpec,
        document: YAMLDocument? = nil,
        path: String = ""
    ) -> Decoded<StageOptions> {
        let problems = ConfigurationProblems(document: document)
        return problems.decoded(decode(with, for: kind, spec: spec, at: (path, problems)))
    }

    static func decode(
        _ with: Value?,
        for kind: StageKind,
        spec: PluginSpec,
        at place: (path: String, problems: ConfigurationProblems)
    ) -> StageOptions {
        if kind == .rollback { return StageOptions(.rollback) }
        if with == nil, kind == .sync { return spec.quickSync }
        let fields = ConfigurationFields(with, path: place.path, problems: place.problems)
        let isGiven = with != nil
        let details: Details =
            switch kind {
            case .sync: .sync(SyncOptions(fields))
            case .primaryRollout: .primaryRollout(PrimaryRolloutOptions(fields, isGiven: isGiven, spec: spec))
            case .canaryRollout: .canaryRollout(VariantRolloutOptions(fields, suffix: spec.variantLabel.canary))
            case .canaryClean: .canaryClean
            case .baselineRollout:
                .baselineRollout(
                    VariantRolloutOptions(baseline: fields, suffix: isGiven ? "baseline" : spec.variantLabel.baseline)
                )
            case .baselineClean: .baselineClean
            case .trafficRouting: .trafficRouting(TrafficRoutingOptions(fields, isGiven: isGiven))
            case .rollback: .rollback
            }
        var options = StageOptions(details, targets: fields.targetSelectors())
        options.readiness = ReadinessPolicy.decode(fields, defaults: spec.readiness)
        options.failurePolicy = FailurePolicy.decode(fields)
        fields.finish()
        return options
    }
}

extension SyncOptions {
    init(_ fields: ConfigurationFields) {
        self.init(
            addVariantLabelToSelector: fields.bool("addVariantLabelToSelector") ?? false,
            prune: fields.bool("prune") ?? false
        )
    }
}

extension PrimaryRolloutOptions {
    init(_ fields: ConfigurationFields, isGiven: Bool, spec: PluginSpec) {
        self.init(
            suffix: fields.suffix("suffix") ?? (isGiven ? "primary" : spec.variantLabel.primary),
            createService: fields.bool("createService") ?? false,
            addVariantLabelToSelector: fields.bool("addVariantLabelToSelector") ?? false,
            prune: fields.bool("prune") ?? false
        )
    }
}

extension VariantRolloutOptions {
    init(baseline fields: ConfigurationFields, suffix: String) {
        self.init(
            replicas: Self.replicas(fields),
            suffix: fields.suffix("suffix") ?? suffix,
            createService: fields.bool("createService") ?? false
        )
    }

    init(_ fields: ConfigurationFields, suffix: String) {
        self.init(baseline: fields, suffix: suffix)
        patches = fields.elements("patches").map(ManifestPatch.init)
    }

    private static func replicas(_ fields: ConfigurationFields) -> Replicas? {
        guard let value = fields.raw("replicas") else { return nil }
        do {
            return try Replicas(value)
        } catch {
            fields.problem("replicas", "\(error)")
            return nil
        }
    }
}

extension ManifestPatch {
    init(_ fields: ConfigurationFields) {
        let target = fields.fields("target")
        self.init(
            kind: target.string("kind") ?? "",
            name: target.string("name") ?? "",
            documentRoot: target.string("documentRoot"),
            operations: fields.elements("ops").map(Operation.init)
        )
        for (key, text) in [("kind", kind), ("name", name)] where text.isEmpty {
            target.problem(key, "must not be empty")
        }
        if let documentRoot { Self.check(documentRoot, target, "documentRoot") }
        target.finish()
        fields.finish()
    }

    fileprivate static func check(_ path: String, _ fields: ConfigurationFields, _ key: String) {
        do {
            _ = try PatchPath(path)
        } catch {
            fields.problem(key, "\(error)")
        }
    }
}

extension ManifestPatch.Operation {
    init(_ fields: ConfigurationFields) {
        self.init(path: fields.string("path") ?? "", value: fields.text("value"))
        _ = fields.oneOf("op", ["yaml-replace"], named: { $0 })
        if path.isEmpty {
            fields.problem("path", "must not be empty")
        } else {
            ManifestPatch.check(path, fields, "path")
        }
        fields.finish()
    }
}

extension ConfigurationFields {
    /// A string that may be empty; missing is empty.
    fileprivate func text(_ key: String) -> String {
        guard let node = node(key) else { return "" }
        if node.string == nil { problem(key, "must be a string, found \(node.typeNameWithArticle); quote it") }
        return node.string ?? ""
    }
}
